// Package supervision is the policy of a supervisor: it decides which services are
// started, stopped and asked for their state, and when. It runs nothing, reads no
// clock and has no goroutine. The caller executes its orders and reports the results,
// with the time.
//
// The semantics are those of simplevisor, with events in addition to a look at each
// interval.
//
// # Use
//
//	tree := supervision.New(config.Entries, supervision.Options{Interval: time.Minute})
//	execute(tree.Start(time.Now()))
//	for over, err := tree.Over(); !over; over, err = tree.Over() {
//		select {
//		case r := <-looked:  // an order Ask was executed
//			execute(tree.Answered(time.Now(), r.service, r.state))
//		case r := <-done:    // an order Start, Stop or Restart was executed
//			execute(tree.Done(time.Now(), r.service, r.err))
//		case e := <-events:  // for example, a pidfd is readable
//			execute(tree.Seen(time.Now(), e.service, e.state))
//		case <-until(tree.Deadline()):
//			execute(tree.Tick(time.Now()))
//		}
//	}
//
// Each method that changes something returns the orders to execute. Execute them at the
// same time; those that must wait for others are returned later. A service has at most
// one order at a time, and each order must be answered, by Answered or by Done. A start
// that returns without an error has waited until the service runs, a stop until it is
// stopped: the caller waits, not this package. Orders are idempotent: a service that is
// found in the wanted state needs no command.
//
// # A service
//
//	           Start                        Seen: not as expected
//	+-------+ ------> +----------+   ok    +----------+  now, or at next  +-----------+
//	| fresh |         | starting | ------> |    as    | ----------------> | repairing |
//	+-------+         +----------+         | expected | <---------------- |           |
//	                       |               +----------+        ok         +-----------+
//	                       | error              ^                            | error
//	                       v                    | Ask: as expected           v
//	                  +----------------------------------------------------------+
//	                  | failed: asked at next, after 1, 2, 4 ... seconds, at the |
//	                  | latest in the next cycle; repaired if it is still wrong  |
//	                  +----------------------------------------------------------+
//
// A repair is a start of a stopped service, a stop of a running service that is expected
// to be stopped, and a stop followed by a start of a dirty one. A held service is left
// alone in all states.
//
// # A group
//
//	        Start               more than Adjustments of the
//	+-----+ ------> +--------+  last Window cycles adjusted   +--------+
//	| new |         | active | -----------------------------> | failed | children are stopped
//	+-----+         +--------+ <----------------------------- +--------+
//	                 |      ^    the group above starts it,       |
//	           cycle |      |    and counts an adjustment         | no group above
//	                 v      | each child was found as             v
//	                +--------+ expected, or repaired           the end
//	                | cycle  |
//	                +--------+
//
// In a group one_for_one, each child is repaired for itself. In a dependent group the
// children are judged in order: nothing is decided about a child, nor below it, while one
// before it is busy or not as expected, and a repair concerns those that follow, or all.
// Each of its steps waits for the one before. If one fails, the rest is cancelled until
// the next attempt.
//
// At each interval the services are asked for their state; those that are wrong are
// repaired. When each child was found as expected or its repair has ended, the cycle of
// the group ends: the group remembers the time, and whether there was a repair since the
// end of the cycle before. The list of cycles survives a restart of the group, as in
// simplevisor.
//
// # The files
//
//	tree, report   what a caller uses; request, reload: what a user asks for
//	judge          what is wrong, and which child is next
//	repair         the job that repairs it, and the time of the next attempt
//	cycle          cycles, windows, and the failure of a group
//	job, step      services in an order of starts and stops, executed step by step
//	order          the key after
package supervision
