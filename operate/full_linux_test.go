package operate_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"

	"frank"
	"frank/operate"
	"frank/store"
)

// A child process copies the server's folder that this names onto small disks.
const fullEnv = "FRANK_TEST_FULL"

func TestMain(m *testing.M) {
	if dir := os.Getenv(fullEnv); dir != "" {
		if err := copyOntoSmallDisks(dir, os.Getenv(fullEnv+"_BACKUP"), os.Getenv(fullEnv+"_MNT")); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// TestFullDisk: on a disk of whatever size a backup, and what is restored, is there
// whole and in order, or not at all; and it is said that the disk is full, and
// where.
//
// The disks are made in a namespace of the child's own. Where that is not allowed,
// a limit on the size of files stands for them: then it cannot be known why
// nothing could be written, and only what is left behind is looked at.
func TestFullDisk(t *testing.T) {
	f, _ := trialFolder(t)
	backup := filepath.Join(t.TempDir(), "backup")
	_, err := operate.Backup(t.Context(), f.Dir, backup, quiet)
	ok(t, err)
	run := func(small bool) (string, error) {
		c := exec.CommandContext(t.Context(), os.Args[0])
		c.Env = append(os.Environ(), fullEnv+"="+f.Dir, fullEnv+"_BACKUP="+backup, fullEnv+"_MNT="+t.TempDir())
		if small {
			c.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS,
				UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}}, GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}}}
		} else {
			c.Env = append(c.Env, fullEnv+"_LIMIT=1")
		}
		out, err := c.CombinedOutput()
		return string(out), err
	}
	out, err := run(true)
	if _, ran := errors.AsType[*exec.ExitError](err); err != nil && !ran || out == noMount+"\n" {
		out, err = run(false)
	}
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	t.Log(out)
}

const noMount = "no disk can be mounted"

func copyOntoSmallDisks(dir, backup, mnt string) error {
	limited := os.Getenv(fullEnv+"_LIMIT") != ""
	if limited {
		signal.Ignore(syscall.SIGXFSZ)
	}
	ctx := context.Background()
	for _, x := range []struct {
		what string
		at   string // the stage at which the disk is filled; "" for a small one from the start
		do   func(tell operate.Progress) error
	}{
		{"backup", "", func(tell operate.Progress) error {
			_, err := operate.Backup(ctx, dir, filepath.Join(mnt, "out"), tell)
			return err
		}},
		{"backup", "copying the log", func(tell operate.Progress) error {
			_, err := operate.Backup(ctx, dir, filepath.Join(mnt, "out"), tell)
			return err
		}},
		{"restore", "", func(tell operate.Progress) error {
			_, err := operate.Restore(ctx, backup, filepath.Join(mnt, "out"), tell)
			return err
		}},
	} {
		whole, cut := 0, 0
		for kib := 8; kib <= 512 && whole < 2; kib += 12 {
			room, unlimit, err := smallDisk(mnt, kib, limited)
			if err != nil {
				return err
			}
			filled := false
			err = x.do(func(stage string, _, _ int) {
				if stage == x.at && !filled {
					filled = true
					os.WriteFile(filepath.Join(mnt, "rest"), make([]byte, 2<<20), 0o600)
				}
			})
			unlimit()
			os.Remove(filepath.Join(mnt, "rest"))
			list, e := os.ReadDir(mnt)
			if e != nil {
				return e
			}
			switch {
			case err == nil:
				whole++
				aside, e := os.MkdirTemp("", "frank-full-") // to check it takes room too
				if e == nil {
					e = os.CopyFS(aside, os.DirFS(filepath.Join(mnt, "out")))
				}
				var r *operate.Report
				if e == nil {
					r, e = operate.Check(ctx, aside, quiet)
				}
				os.RemoveAll(aside)
				if e != nil || !r.Clean || len(list) != 1 {
					return fmt.Errorf("a %s onto %d KiB is not in order: %+v, %v", x.what, kib, r, e)
				}
			case len(list) != 0:
				return fmt.Errorf("a %s onto %d KiB failed and left %v: %w", x.what, kib, list, err)
			case !limited && (!errors.Is(err, store.ErrFull) || frank.Hint(err) == ""):
				return fmt.Errorf("a %s onto %d KiB does not say that the disk is full: %w", x.what, kib, err)
			default:
				cut++
			}
			if err := room(); err != nil {
				return err
			}
		}
		if cut == 0 || whole == 0 && x.at == "" {
			return fmt.Errorf("of the %ss %q %d were whole and %d cut", x.what, x.at, whole, cut)
		}
		fmt.Printf("%s %s: %d cut, %d whole\n", x.what, x.at, cut, whole)
	}
	if limited {
		return nil
	}
	return checkOnFull(ctx, dir, mnt)
}

// smallDisk makes mnt a disk of so many KiB, until room is called.
func smallDisk(mnt string, kib int, limited bool) (room func() error, unlimit func(), err error) {
	if !limited {
		if err := syscall.Mount("tmpfs", mnt, "tmpfs", 0, fmt.Sprintf("size=%dk", kib)); err != nil {
			return nil, nil, errors.New(noMount)
		}
		return func() error { return syscall.Unmount(mnt, syscall.MNT_DETACH) }, func() {}, nil
	}
	var old syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &old); err != nil {
		return nil, nil, err
	}
	unlimit = func() { syscall.Setrlimit(syscall.RLIMIT_FSIZE, &old) }
	return func() error { return os.RemoveAll(filepath.Join(mnt, "out")) }, unlimit, syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: uint64(kib) << 10, Max: old.Max})
}

// checkOnFull holds a folder on a full disk against its log: it is said to be full,
// or read whole, and with room again it is in order.
func checkOnFull(ctx context.Context, dir, mnt string) error {
	room, _, err := smallDisk(mnt, 2048, false)
	if err != nil {
		return err
	}
	here, fill := filepath.Join(mnt, "server"), filepath.Join(mnt, "fill")
	if err := os.CopyFS(here, os.DirFS(dir)); err != nil {
		return err
	}
	os.WriteFile(fill, make([]byte, 4<<20), 0o600)
	if _, err := operate.Check(ctx, here, quiet); !errors.Is(err, store.ErrFull) || frank.Hint(err) == "" || err.Error() != "the disk is full where the server's folder is" {
		return fmt.Errorf("fsck on a full disk says: %w", err)
	}
	if _, err := operate.Backup(ctx, here, filepath.Join(mnt, "out"), quiet); !errors.Is(err, store.ErrFull) {
		return fmt.Errorf("a backup on a full disk says: %w", err)
	}
	if err := os.Remove(fill); err != nil {
		return err
	}
	if r, err := operate.Check(ctx, here, quiet); err != nil || !r.Clean {
		return fmt.Errorf("with room again: %+v, %v", r, err)
	}
	return room()
}
