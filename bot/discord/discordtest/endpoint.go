package discordtest

import (
	"bytes"
	"crypto/ed25519"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"time"
)

// signingKey is the application's private key. It is fixed, so that a failing
// test can be run again with the same requests.
var signingKey = ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, ed25519.SeedSize))

// PublicKey is the application's public key, as the Developer Portal shows it.
func PublicKey() string {
	return hex.EncodeToString(signingKey.Public().(ed25519.PublicKey))
}

// Deliver has interactions sent to an Interactions Endpoint URL instead of the
// gateway; empty: to the gateway again.
func (s *Server) Deliver(url string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.endpoint = url
}

// Signed returns a request as Discord sends it at a time, or as somebody would
// who changed its body or signature afterwards.
func Signed(url string, body []byte, at time.Time) *http.Request {
	r, err := http.NewRequest(http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		panic(err) // an address of the test's own
	}
	stamp := strconv.FormatInt(at.Unix(), 10)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", "Discord-Interactions/1.0 (+https://discord.com)")
	r.Header.Set("X-Signature-Timestamp", stamp)
	r.Header.Set("X-Signature-Ed25519", hex.EncodeToString(ed25519.Sign(signingKey, append([]byte(stamp), body...))))
	return r
}

// deliver sends an interaction to the endpoint and takes the response as the
// first response. A response that is none, or too late a one, is noted in
// [Interaction.Status], as Discord shows people that the application failed.
func (s *Server) deliver(i *Interaction, url string, event map[string]any) {
	body, err := json.Marshal(event)
	if err != nil {
		s.complain("%v", err)
		return
	}
	client := http.Client{Timeout: firstTime, Transport: s.outgoing}
	resp, err := client.Do(Signed(url, body, time.Now()))
	var answer []byte
	status := 0
	if err == nil {
		status = resp.StatusCode
		answer, err = io.ReadAll(resp.Body)
		resp.Body.Close()
	}
	if err != nil {
		status = 0
	}
	if status == http.StatusOK {
		if kind := resp.Header.Get("Content-Type"); kind != "application/json" {
			s.complain("the endpoint answers with %q", kind)
		}
		s.schema.check(s, "POST /interactions/{id}/{token}/callback", answer)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.touch()
	i.Status = status
	if status == http.StatusOK && i.Type == 0 {
		s.firstResponse(i, answer)
	}
	i.delivering = false
}

// endpointURL is the address as an application has it. The caller holds s.mu.
func (s *Server) endpointURL() any {
	if s.endpoint == "" {
		return nil
	}
	return s.endpoint
}
