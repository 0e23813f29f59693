package export

// systemdDirectory is where the administrator's units are (systemd.unit(5)).
func systemdDirectory(h *Host) (Directory, error) {
	if !h.has("systemctl") {
		return "", &MissingError{"systemd", "there is no systemctl(1)"}
	}
	return "/etc/systemd/system", nil
}

// booted reports whether systemd runs the host (sd_booted(3)). Where it does not,
// as in an image that is being made, systemctl enables and disables all the same.
func (h *Host) booted() bool { return h.Exists("/run/systemd/system") }

// reloadSystemd has a systemd that runs read its units anew.
func (h *Host) reloadSystemd() []Step {
	if !h.booted() {
		return nil
	}
	return []Step{{Argv: []string{"systemctl", "daemon-reload"}}}
}

// enableSystemd also disables what is expected stopped: it may have been expected
// to run when it was exported before.
func enableSystemd(h *Host, _ Directory, name string, running bool) ([]Step, error) {
	word := "disable"
	if running {
		word = "enable"
	}
	return append(h.reloadSystemd(), Step{Argv: []string{"systemctl", word, unitName(name)}}), nil
}

func stopSystemd(h *Host, _ Directory, name string) ([]Step, error) {
	argv := []string{"systemctl", "disable", unitName(name)}
	if h.booted() {
		argv = []string{"systemctl", "disable", "--now", unitName(name)}
	}
	return []Step{{Argv: argv}}, nil
}
