DOCUMENTATION = r'''
---
module: svctl_facts
short_description: Return the states of the services of svctl as facts
description:
  - Queries the services that are defined in the configuration of svctl(1), and changes nothing.
  - A host on which svctl is not installed, or that has no configuration, has no services. It is an
    error if the task names a program or a configuration that does not exist.
  - The facts of M(ansible.builtin.service_facts) are not changed.
author:
  - The svloop authors
requirements:
  - Python 3.6 or later on the managed host
options:
  name:
    description:
      - Services and groups, by bare name or path. The default is all services.
    type: list
    elements: str
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
attributes:
  check_mode:
    description: Nothing is changed in any mode.
    support: full
  diff_mode:
    description: There is nothing to show.
    support: none
  facts:
    description: Adds C(svctl_services) to C(ansible_facts).
    support: full
  platform:
    description: Linux.
    support: full
    platforms: linux
notes:
  - Users other than root do not see the restarts and pids of services of other users.
seealso:
  - module: svctl
  - module: ansible.builtin.service_facts
'''

EXAMPLES = r'''
- name: Query the services
  svctl_facts:

- name: Stop if the web server has been restarted too often
  ansible.builtin.assert:
    that: ansible_facts.svctl_services['web'].restarts < 3

- name: List the services that are not as expected
  ansible.builtin.debug:
    msg: "{{ ansible_facts.svctl_services | dict2items | rejectattr('value.as_expected') | map(attribute='key') }}"
'''

RETURN = r'''
ansible_facts:
  description: The facts to add.
  returned: always
  type: dict
  contains:
    svctl_services:
      description:
        - A service by its path, with the fields of C(svctl status --json), see JSON OUTPUT in svctl(1).
        - These are the most important ones.
      returned: always
      type: dict
      contains:
        path:
          description: The path of the service.
          returned: always
          type: str
          sample: web/httpd
        state:
          description: The state in one word.
          returned: always
          type: str
          sample: running
        reason:
          description: The state and its reason, for people.
          returned: always
          type: str
          sample: "restarting (exit status 3, 7 restarts, next attempt in 4s)"
        code:
          description: The status code of the Linux Standard Base, 0 for a service that runs.
          returned: always
          type: int
        expected:
          description: The state that the configuration expects, C(running) or C(stopped).
          returned: always
          type: str
        as_expected:
          description: Whether the state is the expected one.
          returned: always
          type: bool
        pids:
          description: The processes of the service.
          returned: if they are known
          type: list
          elements: int
        restarts:
          description: How often svloop restarted the program.
          returned: for services with C(daemon)
          type: int
        by_hand:
          description: Since when and by whom the service is stopped or started against C(expected).
          returned: if it is
          type: dict
msg:
  description: Why there are no services, or why the module failed.
  returned: on failure, and if svctl is not installed or has no configuration
  type: str
rc:
  description: The exit code of C(svctl status).
  returned: on failure, if svctl was run
  type: int
'''

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.svctl import ARGUMENTS, Failure, Svctl


def main():
    module = AnsibleModule(
        argument_spec=dict(ARGUMENTS, name=dict(type='list', elements='str')),
        supports_check_mode=True,
    )
    svctl = Svctl(module)
    services, more = {}, {}
    names = module.params['name']
    try:
        if names is None or names:
            services = svctl.ask('status', names or []).services
    except Failure as failure:
        installed = svctl.find() is not None or module.params['svctl'] is not None
        if installed and not svctl.unconfigured():
            if failure.code is not None:
                more['rc'] = failure.code
            module.fail_json(msg=str(failure), **more)
        more['msg'] = str(failure)
    module.exit_json(ansible_facts=dict(svctl_services=services), **more)


if __name__ == '__main__':
    main()
