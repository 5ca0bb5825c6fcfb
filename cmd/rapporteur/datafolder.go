package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
)

// errNoDataFolder says that there is nowhere to keep anything. Commands that
// only ask go on without.
var errNoDataFolder = errors.New("there is no folder to keep data in; name one with --data-dir DIR or data_dir in the configuration")

// dataFolder returns the folder for the stored index and the bot's own state:
// --data-dir, else data_dir of the configuration, else where the user's system
// keeps the data of programs. It makes the folder, for the user alone, where it
// is missing. The error is [errNoDataFolder] where none is named and the user
// has no home.
func (a *app) dataFolder() (string, error) {
	c, err := a.loadConfig()
	if err != nil {
		return "", err
	}
	folder := c.DataDir
	if folder == "" {
		folder = a.usualDataFolder()
	}
	if folder == "" {
		return "", errNoDataFolder
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return "", fmt.Errorf("the data folder %s cannot be made: %w; name another with --data-dir DIR", folder, errorWithoutPath(err))
	}
	return folder, nil
}

// usualDataFolder returns where the user's system keeps the data of a program,
// or "". On Unix that is the XDG base directory.
func (a *app) usualDataFolder() string {
	home := func(variable string, below ...string) string {
		dir, ok := a.env(variable)
		if !ok || !filepath.IsAbs(dir) {
			return ""
		}
		return filepath.Join(append([]string{dir}, append(below, "rapporteur")...)...)
	}
	switch runtime.GOOS {
	case "windows":
		return home("LocalAppData")
	case "darwin":
		return home("HOME", "Library", "Application Support")
	}
	if folder := home("XDG_DATA_HOME"); folder != "" {
		return folder
	}
	return home("HOME", ".local", "share")
}
