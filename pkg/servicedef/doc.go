// Package servicedef interprets service entries: it returns the services and groups
// of a configuration, and the exact commands of each action on a service. It runs
// nothing.
//
// [Load] loads a configuration, [Config.Find] finds a service by its name, and
// [Service.Step] returns what an entry defines for an action.
//
// # Entries
//
// The syntax of a configuration is that of package configgeneral, or JSON with the
// same tree. The top level contains entries, and a block with settings:
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
// An entry of type supervisor is a group, an entry of type service is a service. Its
// path consists of the names from the top level, joined by slashes: web/httpd.
// svctl.conf(5) lists the keys of a service, and those of a group, which are in
// [Group]. Keys named var_* are variables. Any other key is an error.
//
// # Steps
//
// A [Step] is what an entry defines for one action: run a command, search the
// process table, or terminate the matches.
//
//	            control given            daemon given            neither
//	start       start, else C start      svloop … --daemon start start
//	stop        C stop                   svloop … --quit         stop, else kill the matches
//	status      C status                 svloop … --status       status, else search matches
//	restart     restart, else C restart  restart, else stop then start
//
// C is the control command. restart = stop+start means stop, then start, in all three
// columns. These rules are those of simplevisor's service.py. A key without a value
// is absent.
//
// # Order
//
// The key after of a service or group names the services that are started before it
// and stopped after it. It is resolved when the configuration is loaded, so that
// [Service.After] contains no cycle.
//
// # Errors
//
// Load returns all errors in the meaning of a configuration at once, as [Errors].
// Each is a *configgeneral.Error with its position.
//
// # Compatibility
//
// Exported names keep their meaning within a major version. Error texts may
// change: test errors with [errors.Is] and [errors.As].
package servicedef
