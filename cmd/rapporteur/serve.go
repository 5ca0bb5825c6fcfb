package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"rapporteur/bot"
	"rapporteur/bot/discord"
	"rapporteur/bot/picture"
)

func (a *app) serveCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "serve",
		Short: "Run the Discord bot",
		Long:  "Run the Discord bot until SIGINT or SIGTERM, then finish what is in hand. The token is discord.token of the configuration or DISCORD_TOKEN.",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			metrics := prometheus.NewRegistry()
			metrics.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
			a.metrics = metrics
			a.storing = storeAlways
			b, err := a.load(cmd.Context())
			if err != nil {
				return err
			}
			c := a.config
			log := newLogger(a.err, c.Log.Level, c.Log.Format)
			var current atomic.Pointer[bot.Bot]
			current.Store(b)
			options := discord.Options{
				Token: c.Discord.Token, APIURL: c.Discord.APIURL, GuildIDs: c.Discord.GuildIDs, ChannelIDs: c.Discord.ChannelIDs,
				PublicKey: c.Discord.PublicKey, NoGateway: c.Discord.Gateway == "never" || c.Discord.Gateway == "auto" && c.Discord.PublicKey != "",
				Shards: c.Discord.Shards, ShardIDs: c.Discord.ShardIDs,
				Limits:  discord.Limits{Concurrent: c.Discord.Concurrent, UserPerMinute: float64(c.Discord.UserPerMinute), UserBurst: c.Discord.UserPerMinute},
				Picture: picture.Draw, Logger: log, Registerer: metrics,
			}
			if c.OpenAI.ChatModel != "" {
				// Requests wait for the model without work for this machine, and a
				// shutdown waits for the answers it is writing.
				options.Limits.Working = c.Discord.Concurrent
				writing := time.Duration(c.OpenAI.TimeoutSeconds) * time.Second
				options.AnswerTime = max(2*time.Minute, writing+time.Minute)
				options.DrainTime = max(20*time.Second, writing+5*time.Second)
			}
			switch kept, err := a.openState(cmd.Context()); {
			case err == nil:
				options.Channels, options.Notebook = kept, func() discord.Notebook { return current.Load().Notebook(kept) }
			case c.DataDir != "" || c.State.DSN != "":
				return err
			default: // nobody has asked for anything to be kept
				log.Warn("there are no notes and no settings of channels: nothing can be kept", "error", err)
			}
			front, err := discord.New(options, func() discord.Core { return current.Load() })
			if err != nil {
				return err
			}
			if c.Discord.PublicKey != "" && c.HTTP.Listen == "" {
				return errors.New("discord.public_key is set and http.listen is not: say on which host:port to take Discord's requests")
			}
			ctx, stop := context.WithCancel(cmd.Context())
			var watching sync.WaitGroup
			defer watching.Wait()
			defer stop()
			ready := front.Ready
			if e := a.library.engine; e != nil {
				watching.Go(func() { e.watch(ctx, log) })
				ready = func() error { return errors.Join(front.Ready(), e.ready()) }
			}
			watching.Go(func() { a.library.watch(ctx, c.Corpus.Paths, log, func(b *bot.Bot) { current.Store(b) }) })
			return serve(ctx, front, ready, c.HTTP.Listen, metrics, log)
		},
	}
}

// serve runs the bot and, if an address is given, the operator's HTTP server.
// The server outlives the bot, so that its last words can be read.
func serve(ctx context.Context, front *discord.Frontend, ready func() error, listen string, metrics *prometheus.Registry, log *slog.Logger) error {
	if listen == "" {
		return front.Run(ctx)
	}
	listener, err := net.Listen("tcp", listen)
	if err != nil {
		return fmt.Errorf("http.listen: %w", err)
	}
	log.Info("serving /interactions, /healthz, /readyz and /metrics", "address", listener.Addr().String())
	mux := operatorHandler(ready, metrics)
	mux.Handle("POST /interactions", front.Interactions())
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second, IdleTimeout: 2 * time.Minute}
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			return err
		}
		return nil
	})
	group.Go(func() error {
		err := front.Run(ctx)
		stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		return errors.Join(err, server.Shutdown(stop))
	})
	return group.Wait()
}

// operatorHandler serves health, readiness and metrics. ready returns what is
// missing, or nil.
func operatorHandler(ready func() error, metrics *prometheus.Registry) *http.ServeMux {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "ok\n")
	})
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) {
		if err := ready(); err != nil {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
			return
		}
		_, _ = io.WriteString(w, "ok\n")
	})
	mux.Handle("GET /metrics", promhttp.HandlerFor(metrics, promhttp.HandlerOpts{}))
	return mux
}

// newLogger returns a logger; level and format are as in the configuration.
func newLogger(w io.Writer, level, format string) *slog.Logger {
	levels := map[string]slog.Level{"debug": slog.LevelDebug, "info": slog.LevelInfo, "warn": slog.LevelWarn, "error": slog.LevelError}
	opts := &slog.HandlerOptions{Level: levels[level]}
	if format == "json" {
		return slog.New(slog.NewJSONHandler(w, opts))
	}
	return slog.New(slog.NewTextHandler(w, opts))
}
