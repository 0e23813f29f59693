package supervised

// endGroup is what the monitor executes when the program has ended. Of a newer
// s6 than 2.11 it would get the process group as its fourth argument.
const endGroup = `#!/bin/sh
# What the program has left of its process group gets TERM, and KILL a second
# later.
if read -r group <supervise/group && kill -s TERM -- "-$group" 2>/dev/null; then
	sleep 1
	kill -s KILL -- "-$group" 2>/dev/null
fi
exit 0
`

// leaves is what endGroup cannot find: nothing tells where a process in another
// session came from, when its parents have ended. Those of svloop fall to it.
const leaves = "an end of processes in own sessions"
