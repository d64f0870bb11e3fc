// Command innoatlas puts facilities of science and technology cooperation on a
// map and serves them as GeoJSON to GIS tools. Without arguments it serves the
// built-in data set from memory.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"
)

// commands is the command line. The doc comments of the commands and the help
// tags are what --help prints.
type commands struct {
	Serve   serveCommand   `cmd:"" default:"withargs" help:"Serve the map and the API (the default command)."`
	Migrate migrateCommand `cmd:"" help:"Create or update the tables of a PostGIS database."`
	Import  importCommand  `cmd:"" help:"Check a data set and put it into the database: all of it, or nothing."`
	Export  exportCommand  `cmd:"" help:"Write the facilities that serve would serve to standard output."`
	Fields  fieldsCommand  `cmd:"" help:"List, rename, drop, show and hide the fields of your own in a database."`
	Texts   textsCommand   `cmd:"" help:"List what is not translated, and write, count and import what records say in other languages."`
	Delete  deleteCommand  `cmd:"" help:"Delete a record of a database, with the reason."`
	Rename  renameCommand  `cmd:"" help:"Give a record another slug; its old address leads to it."`
	Merge   mergeCommand   `cmd:"" help:"Put a record into another, which keeps what it states and gains the rest."`
	Restore restoreCommand `cmd:"" help:"Bring back a record that was deleted or merged."`
	Log     logCommand     `cmd:"" help:"List who changed what in a database, when and why."`
	History historyCommand `cmd:"" help:"List all changes of one record."`
	Diff    diffCommand    `cmd:"" help:"List what is otherwise after one revision than after another."`
	Revert  revertCommand  `cmd:"" help:"Take back what a revision changed, as a change of its own."`
	Purge   purgeCommand   `cmd:"" help:"Take away what the history keeps of a record, for what must not be kept."`
	Version versionCommand `cmd:"" help:"Print the version."`
}

const description = `One map of joint laboratories, innovation centres and agricultural parks, and the same data for every GIS tool.

    innoatlas                                   the built-in data set, at http://127.0.0.1:8080
    innoatlas --data my-folder                  another data set, from memory
    innoatlas migrate --database-url URL        prepare a PostGIS database,
    innoatlas import my-folder --database-url URL   fill it,
    innoatlas --database-url URL                and serve it`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(errorOutput, "innoatlas: "+message(err))
		os.Exit(1)
	}
}

// run runs the command that the arguments name.
func run(ctx context.Context, args []string) error {
	var cli commands
	parser, err := kong.New(&cli,
		kong.Name("innoatlas"),
		kong.Description(description),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 100}),
		kong.Help(help),
		kong.BindTo(ctx, (*context.Context)(nil)),
	)
	if err != nil {
		return err
	}
	command, err := parser.Parse(args)
	if err != nil {
		return fmt.Errorf("%w; innoatlas --help lists what there is", err)
	}
	return command.Run()
}

// help prints the commands, and below them the flags of serve, since that is what
// runs without a command.
func help(options kong.HelpOptions, ctx *kong.Context) error {
	if err := kong.DefaultHelpPrinter(options, ctx); err != nil || ctx.Selected() != nil {
		return err
	}
	serve, err := kong.Trace(ctx.Kong, []string{"serve"})
	if err != nil {
		return err
	}
	fmt.Fprintln(ctx.Stdout)
	return kong.DefaultHelpPrinter(options, serve)
}

// message is an error as one sentence for the terminal, whatever it wraps. The
// list of a data set's errors keeps its lines.
func message(err error) string {
	if errors.Is(err, context.Canceled) {
		return "stopped"
	}
	return strings.TrimSpace(err.Error())
}
