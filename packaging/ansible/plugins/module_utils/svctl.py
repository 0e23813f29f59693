"""Runs svctl for the modules svctl and svctl_facts, and reads its answers in JSON.

The answers have the fields that svctl(1) documents in JSON OUTPUT.
"""

import json
import os

# The options that both modules have.
ARGUMENTS = dict(
    conf=dict(type='path'),
    conftype=dict(type='str', choices=['apache', 'json']),
    svctl=dict(type='path'),
)

# svctl(1), CONFIGURATION FILE LOOKUP.
SYSTEM_CONF = '/etc/simplevisor/simplevisor.conf'
USER_CONF = 'simplevisor/simplevisor.conf'


class Failure(Exception):
    """svctl could not be run, or did nothing. The text is svctl's own."""

    def __init__(self, text, code=None):
        super().__init__(text)
        self.code = code


class Answer:
    """The document that svctl prints: code, services (by path), and its messages."""

    def __init__(self, code, document, messages, fields):
        self.code = code
        self.messages = messages
        self.services = {s['path']: s for s in document['services']}
        for service in self.services.values():
            for name in fields:
                service[name]  # KeyError: another program, or another version of svctl


class Svctl:
    """The svctl of the managed host, with the configuration that the task names."""

    def __init__(self, module):
        self.module = module
        self.command = module.params['svctl'] or 'svctl'
        self.options = []
        for name in ('conf', 'conftype'):
            if module.params[name] is not None:
                self.options += ['--' + name, module.params[name]]

    def find(self):
        """Returns the path of svctl, None if it is not installed."""
        return self.module.get_bin_path(self.command)

    def ask(self, action, names, *options):
        """Runs an action, and returns the answer. A service that fails is no Failure."""
        path = self.find()
        if path is None:
            raise Failure('cannot find "%s" on this host: install the package svloop there, or name '
                          'the program with the option "svctl"' % self.command)
        # A name is never expanded, and never taken for an option.
        words = [path] + self.options + ['--json'] + list(options) + [action, '--'] + list(names)
        code, out, messages = self.module.run_command(words, expand_user_and_vars=False)
        messages = messages.strip()
        if code < 0:
            raise Failure('svctl was killed by signal %d%s' % (-code, messages and '\n' + messages), code)
        try:
            fields = ('code', 'state', 'expected') if action == 'status' else ('changed',)
            return Answer(code, json.loads(out), messages, fields)
        except (ValueError, KeyError, TypeError):
            pass
        if messages and not out:
            raise Failure(messages, code)
        raise Failure('"%s" exits with status %d, and its output is not the JSON of svctl: %s'
                      % (path, code, (messages or out or 'it is empty')[:2000]), code)

    def unconfigured(self):
        """Whether nobody names a configuration, and there is none where svctl searches."""
        if self.module.params['conf'] or os.environ.get('SVCTL_CONF'):
            return False
        candidates = [SYSTEM_CONF]
        if os.geteuid() != 0:
            directory = os.environ.get('XDG_CONFIG_HOME', '')
            if not os.path.isabs(directory):
                directory = os.path.join(os.environ.get('HOME', '/'), '.config')
            candidates.append(os.path.join(directory, USER_CONF))
        return not any(os.path.lexists(name) for name in candidates)
