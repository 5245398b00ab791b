package cli

import (
	"fmt"

	"frank"
	"frank/internal/canon"
	"frank/ledger"
	"frank/operate"
	"frank/trace/figure"
)

type backupCmd struct {
	Folder string `arg:"" name:"dir" help:"The server's folder."`
	Out    string `arg:"" name:"out" help:"A new folder for the backup."`
	JSON   bool   `name:"json" help:"Write what was backed up as JSON."`
}

func (*backupCmd) Help() string {
	return `Copies a server's folder while the server goes on, as of one moment: everything that was acknowledged before it began is in it. It has the ledger's key, so keep it as carefully as the server; nothing sealed can be opened with it. frank fsck checks a backup like any server's folder.

Example: frank backup /var/lib/frank /backup/frank-monday`
}

func (cmd *backupCmd) Run(r *run) error {
	tell, clear := r.stages()
	head, err := operate.Backup(r, r.path(cmd.Folder), r.path(cmd.Out), tell)
	clear()
	if err != nil {
		return folderError(cmd.Folder, err)
	}
	r.sayHead(cmd.JSON, cmd.Out, head)
	return nil
}

func (r *run) sayHead(asJSON bool, name string, head ledger.Head) {
	if asJSON {
		fmt.Fprintf(r.out, "%s\n", canon.Marshal(struct {
			Dir  string      `json:"dir"`
			Head ledger.Head `json:"head"`
		}{name, head}))
		return
	}
	fmt.Fprintf(r.out, "%s: %s, root %s\n", name, figure.Counted(int(head.Size), "entry"), head.Root)
}

type restoreCmd struct {
	Backup string `arg:"" help:"The folder that frank backup made."`
	Folder string `arg:"" name:"dir" help:"A new folder for the server."`
	JSON   bool   `name:"json" help:"Write what was found as JSON."`
}

func (*restoreCmd) Help() string {
	return `Makes a server's folder of a backup, and checks it as frank fsck does; nothing is overwritten, and nothing made if the backup is not in order. Then start frank serve in it.

Clients keep the last checkpoint they saw. If the backup is older than that, each of them says so, and they stay right: what was entered after the backup is lost with the old server, and whoever has it hands it in again.

Example: frank restore /backup/frank-monday /var/lib/frank`
}

func (cmd *restoreCmd) Run(r *run) error {
	tell, clear := r.stages()
	report, err := operate.Restore(r, r.path(cmd.Backup), r.path(cmd.Folder), tell)
	clear()
	if err != nil {
		return folderError(cmd.Backup, err)
	}
	if cmd.JSON {
		fmt.Fprintf(r.out, "%s\n", canon.Marshal(report))
	} else {
		r.printCheck(report)
	}
	if !report.Clean {
		return frank.WithHint(fmt.Errorf("the backup %s is not in order: %s wrong, and nothing was restored", cmd.Backup, figure.Counted(len(report.Wrong), "thing")+isAre(len(report.Wrong))), "take an earlier one, and keep this one to find out why")
	}
	r.note("restored to %s, with %s; whoever saw more of the ledger is told by their own client that it was set back", cmd.Folder, figure.Counted(int(report.Head.Size), "entry"))
	return nil
}
