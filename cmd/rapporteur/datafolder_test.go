package main

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func TestDataFolder(t *testing.T) {
	home := t.TempDir()
	env := func(key string) (string, bool) {
		if key == "HOME" || key == "LocalAppData" {
			return home, true
		}
		return "", false
	}
	t.Run("of the system", func(t *testing.T) {
		folder, err := (&app{env: env}).dataFolder()
		if err != nil || !strings.HasPrefix(folder, home) || filepath.Base(folder) != "rapporteur" {
			t.Fatalf("%q, %v", folder, err)
		}
		info, err := os.Stat(folder)
		if err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o700 {
			t.Errorf("%v, %v; want a folder for the user alone", info.Mode(), err)
		}
	})
	t.Run("of the configuration, beside it", func(t *testing.T) {
		a := &app{env: env}
		a.flags.config = writeFile(t, "config.yaml", "data_dir: kept\n")
		folder, err := a.dataFolder()
		if want := filepath.Join(filepath.Dir(a.flags.config), "kept"); err != nil || folder != want {
			t.Errorf("%q, %v; want %q", folder, err, want)
		}
	})
	t.Run("of the command line", func(t *testing.T) {
		a := &app{env: env}
		a.flags.config = writeFile(t, "config.yaml", "data_dir: kept\n")
		a.flags.dataDir = filepath.Join(t.TempDir(), "other")
		if folder, err := a.dataFolder(); err != nil || folder != a.flags.dataDir {
			t.Errorf("%q, %v; want %q", folder, err, a.flags.dataDir)
		}
	})
	t.Run("none", func(t *testing.T) {
		if folder, err := (&app{env: noEnv}).dataFolder(); !errors.Is(err, errNoDataFolder) {
			t.Errorf("%q, %v", folder, err)
		}
	})
	t.Run("not to be made", func(t *testing.T) {
		a := &app{env: env}
		a.flags.dataDir = filepath.Join(writeFile(t, "file", ""), "below")
		if _, err := a.dataFolder(); err == nil || !strings.Contains(err.Error(), a.flags.dataDir) {
			t.Errorf("%v does not name the folder", err)
		}
	})
}
