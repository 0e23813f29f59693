DOCUMENTATION = r'''
---
module: svctl
short_description: Start, stop, restart and reload services of svctl
description:
  - Brings services that are defined in the configuration of svctl(1) into a state.
  - The module can be used on its own, or by M(ansible.builtin.service) with C(use=svctl).
  - It needs root only if the services do.
author:
  - The svloop authors
requirements:
  - svloop and svctl on the managed host
  - Python 3.6 or later on the managed host
options:
  name:
    description:
      - One or several services, by bare name or by path (C(web/httpd)).
      - The name of a group stands for all services in it, and C(*) for all services. Other
        wildcards are in svctl(1).
      - Services that are not selected by their own names are skipped if they are expected to be
        stopped, by all states except I(state=stopped), and by I(state=reloaded) if they have no
        reload.
      - A text is split at commas. Write a list if a name has a comma.
      - With an empty list nothing is done.
    type: list
    elements: str
    required: true
  state:
    description:
      - C(started) and C(stopped) do nothing for a service that is in this state. C(started) cleans up
        a dead service, and starts it.
      - C(restarted) restarts the service in any state.
      - C(reloaded) has a running service read its configuration again, as its key C(reload) defines.
        It fails for a service without a reload. A service that does not run is started, as
        M(ansible.builtin.service) does.
      - A state against the expected one counts as done by hand, see STATES AND IDEMPOTENCE in
        svctl(1). A supervisor leaves the service alone until it is brought into its expected state.
    type: str
    choices: [started, stopped, restarted, reloaded]
  enabled:
    description:
      - Whether the service is expected to run, and so is started at boot and by a supervisor.
      - The configuration of svctl determines this, by the key C(expected). The module never changes
        that file. It fails if the configuration says otherwise.
      - At least one of I(state) and I(enabled) is required.
    type: bool
  conf:
    description:
      - The configuration on the managed host.
      - By default svctl searches it, see svctl(1).
    type: path
  conftype:
    description:
      - The syntax of the configuration, C(apache) by default.
    type: str
    choices: [apache, json]
  svctl:
    description:
      - The path of svctl on the managed host, or its name in PATH.
      - The default is C(svctl).
    type: path
  pattern:
    description:
      - An option of M(ansible.builtin.service) without a meaning here. It is ignored with a warning,
        as are I(runlevel), I(sleep) and I(arguments).
    type: str
  runlevel:
    description: Ignored with a warning.
    type: str
  sleep:
    description: Ignored with a warning.
    type: int
  arguments:
    description: Ignored with a warning.
    type: str
    aliases: [args]
attributes:
  check_mode:
    description: Runs C(svctl --dry-run), which queries the services and does nothing else.
    support: full
  diff_mode:
    description: Shows the states of the services before and after.
    support: full
  platform:
    description: Linux.
    support: full
    platforms: linux
notes:
  - The output of a failed command is part of the result. Set C(no_log) for the task if a service may
    print secrets.
  - Services inherit the environment of the module, as they inherit that of svctl in a shell.
seealso:
  - module: svctl_facts
  - module: ansible.builtin.service
'''

EXAMPLES = r'''
- name: Start the web server
  svctl:
    name: web
    state: started

- name: The same, by the module of Ansible for services
  ansible.builtin.service:
    name: web
    state: started
    enabled: true
    use: svctl

- name: Restart all services of a group, and one more
  svctl:
    name:
      - frontend
      - worker queue
    state: restarted

- name: Stop a service of another configuration
  svctl:
    name: web
    state: stopped
    conf: /srv/app/svctl.conf
'''

RETURN = r'''
services:
  description: What was done for each service, in the order of svctl.
  returned: always
  type: list
  elements: dict
  contains:
    path:
      description: The path of the service.
      returned: always
      type: str
      sample: web/httpd
    changed:
      description: Whether the state was changed, or would be in check mode.
      returned: if I(state) is given
      type: bool
    skipped:
      description: Whether the service was skipped, because it is expected to be stopped.
      returned: if it was
      type: bool
    code:
      description: The exit code of the action for this service, see EXIT STATUS in svctl(1).
      returned: if I(state) is given; in check mode only if the action is not possible
      type: int
    text:
      description: The result in words of svctl, with hints.
      returned: if I(state) is given; in check mode only if the action is not possible
      type: str
      sample: started
    status:
      description:
        - The status afterwards (in check mode, now), with the fields of C(svctl status --json).
        - It is missing if it cannot be queried.
      returned: except for an empty list of names
      type: dict
      sample:
        path: web/httpd
        code: 0
        state: running
        reason: running
        expected: running
        as_expected: true
        pids: [4711]
rc:
  description: The exit code of svctl.
  returned: if svctl was run
  type: int
stderr:
  description: The messages of svctl, such as warnings about the configuration.
  returned: if there are some
  type: str
msg:
  description: Why the module failed, in words of svctl.
  returned: on failure
  type: str
  sample: "web/httpd: cannot start: exit status 1"
'''

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.svctl import ARGUMENTS, Failure, Svctl

ACTIONS = {'started': 'start', 'stopped': 'stop', 'restarted': 'restart', 'reloaded': 'reload'}

# The code of reload for a service that does not run, see EXIT STATUS in svctl(1).
NOT_RUNNING = 7

# Options of ansible.builtin.service without a meaning here.
IGNORED = ('pattern', 'runlevel', 'sleep', 'arguments')


def first_code(services):
    """Returns the first code that is not 0, as svctl does for its exit status."""
    return next((s['code'] for s in services.values() if s.get('code')), 0)


class Task:
    """One task: the wanted state of the named services."""

    def __init__(self, module):
        self.module = module
        self.svctl = Svctl(module)
        self.names = module.params['name']
        self.action = ACTIONS.get(module.params['state'])
        self.result = dict(changed=False, services=[])

    def run(self):
        if not self.names:  # svctl would take that for all services
            return
        before = {}
        if self.action is None or self.module.params['enabled'] is not None or self.module._diff:
            before = self.status_before()
        self.check_enabled(before)
        if self.action is None:
            self.result['services'] = [dict(path=path, status=status) for path, status in before.items()]
            return
        answer = self.ask_for_reload() if self.action == 'reload' else self.ask(self.action)
        after = self.status_afterwards()
        for path, service in answer.services.items():
            if path in after:
                service['status'] = after[path]
            service.pop('steps', None)
            service.pop('instead', None)
            for warning in service.pop('warnings', []):
                self.module.warn('%s: %s' % (path, warning))
        self.result['services'] = list(answer.services.values())
        self.result['changed'] = any(s['changed'] for s in answer.services.values())
        if self.module._diff:
            self.result['diff'] = self.diff(before, answer.services)
        failed = ['%s: %s' % (s['path'], s['text']) for s in answer.services.values() if s.get('code')]
        code = answer.code or first_code(answer.services)  # --dry-run exits with 0
        if code:
            raise Failure('\n'.join(failed) or answer.messages or 'svctl exits with status %d' % code, code)

    def ask(self, action):
        """Runs an action, in check mode only in words."""
        answer = self.svctl.ask(action, self.names, *(['--dry-run'] if self.module.check_mode else []))
        self.result['rc'] = answer.code
        if answer.messages:
            self.result['stderr'] = answer.messages
        return answer

    def status(self):
        """Returns the status of the services, by path."""
        return self.svctl.ask('status', self.names).services

    def status_before(self):
        """Returns the status before the action. The failure of an action is that of the action,
        whether diff mode asks for the status or not."""
        try:
            return self.status()
        except Failure:
            if self.action is not None:
                self.svctl.ask(self.action, self.names, '--dry-run')
            raise

    def status_afterwards(self):
        """Returns the status after the action. The action counts if it cannot be queried."""
        try:
            return self.status()
        except Failure:
            return {}

    def check_enabled(self, services):
        enabled = self.module.params['enabled']
        if enabled is None:
            return
        want = 'running' if enabled else 'stopped'
        wrong = ['"%s"' % path for path, s in services.items() if s['expected'] != want]
        if wrong:
            raise Failure('cannot set enabled to %s: the configuration of svctl expects %s to be %s\n'
                          'hint: write expected = %s into the entry, or omit enabled'
                          % (str(enabled).lower(), ', '.join(wrong), 'stopped' if enabled else 'running', want))

    def ask_for_reload(self):
        """Reloads the services that run, and starts those that do not."""
        answer = self.ask('reload')
        stopped = {path for path, s in answer.services.items() if s.get('code') == NOT_RUNNING}
        if stopped:
            started = self.ask('start')
            answer.services.update((path, s) for path, s in started.services.items() if path in stopped)
            answer.code = self.result['rc'] = first_code(answer.services)
        return answer

    def diff(self, before, services):
        states = {'before': [], 'after': []}
        for path, service in services.items():
            old = before.get(path, {}).get('state', 'unknown')
            new = service.get('status', {}).get('state', 'unknown')
            if self.module.check_mode and service['changed']:
                new = 'stopped' if self.action == 'stop' else 'running'
            if service['changed'] and new == old:
                new += ' (%s)' % self.module.params['state']
            states['before'].append('%s: %s\n' % (path, old))
            states['after'].append('%s: %s\n' % (path, new))
        return {side: ''.join(lines) for side, lines in states.items()}


def main():
    module = AnsibleModule(
        argument_spec=dict(
            ARGUMENTS,
            name=dict(type='list', elements='str', required=True),
            state=dict(type='str', choices=list(ACTIONS)),
            enabled=dict(type='bool'),
            pattern=dict(type='str'),
            runlevel=dict(type='str'),
            sleep=dict(type='int'),
            arguments=dict(type='str', aliases=['args']),
        ),
        required_one_of=[('state', 'enabled')],
        supports_check_mode=True,
    )
    for name in IGNORED:
        if module.params[name] is not None:
            module.warn('the option "%s" has no meaning for svctl, and is ignored' % name)
    task = Task(module)
    try:
        task.run()
    except Failure as failure:
        if failure.code is not None:
            task.result['rc'] = failure.code
        module.fail_json(msg=str(failure), **task.result)
    module.exit_json(**task.result)


if __name__ == '__main__':
    main()
