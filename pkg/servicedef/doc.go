// Package servicedef gives service entries their meaning: which services and
// groups a configuration holds, and the exact commands that each action on a
// service stands for. It runs nothing.
//
// Start with [Load] for a configuration, [Config.Find] for a service by its
// name, and [Service.Plan] for what it defines for an action.
//
// # Entries
//
// The text of a configuration is that of package configgeneral, or JSON of the
// same tree. At its top stand entries, and a block with settings:
//
//	<simplevisor>
//	    log = syslog
//	</simplevisor>
//	<entry>
//	    type = supervisor
//	    name = web
//	    <children>
//	        <entry>
//	            type = service
//	            name = httpd
//	            control = /usr/sbin/service nginx
//	        </entry>
//	    </children>
//	</entry>
//
// An entry of type supervisor is a group, one of type service is a service. Its
// path is the names from the top, joined by slashes: web/httpd. The keys of a
// service are those of the table in svctl.conf(5), and var_* for variables; any
// other is an error.
//
// # Plans
//
// What an action does is a [Plan], a list of [Step]: a command to run, or the
// process table to look at.
//
//	            control given            daemon given            neither
//	start       start, else C start      svloop … --daemon start start
//	stop        C stop                   svloop … --quit         stop, else kill the matches
//	status      C status                 svloop … --status       status, else look for matches
//	restart     restart, else C restart  restart, else stop then start
//
// where C is the control command, and restart = stop+start stands for stop then
// start everywhere. These rules are those of simplevisor's service.py. A key
// without a value is not given.
//
// # Errors
//
// All errors of a configuration are found in one run: an [Errors], each of them
// a *configgeneral.Error with the position.
//
// # Compatibility
//
// Exported names keep their meaning within a major version. Texts of errors may
// change: test errors with [errors.Is] and [errors.As].
package servicedef
