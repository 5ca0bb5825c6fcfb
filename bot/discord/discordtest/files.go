package discordtest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
)

// Attachment is a file that a message has.
type Attachment struct {
	Filename    string
	Description string
	Type        string // media type
	Data        []byte
}

// maxUpload is the largest file Discord takes anywhere.
const maxUpload = 10 << 20

type filesKey struct{}

// attachments returns the files of a request.
func attachments(r *http.Request) []Attachment {
	list, _ := r.Context().Value(filesKey{}).([]Attachment)
	return list
}

// openForm takes a request's JSON out of a form and checks the files beside it.
func (s *Server) openForm(r *http.Request, body []byte) (*http.Request, []byte) {
	kind, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/form-data" {
		return r, body
	}
	var payload []byte
	files := make(map[string]Attachment)
	form := multipart.NewReader(bytes.NewReader(body), params["boundary"])
	for {
		part, err := form.NextPart()
		if err == io.EOF {
			break
		}
		if err != nil {
			s.complain("form: %v", err)
			return r, body
		}
		data, err := io.ReadAll(part)
		if err != nil {
			s.complain("form: %v", err)
		}
		if part.FormName() == "payload_json" {
			payload = data
			continue
		}
		if part.FileName() == "" || len(data) == 0 || len(data) > maxUpload {
			s.complain("form: %s has the name %q and %d bytes", part.FormName(), part.FileName(), len(data))
		}
		files[part.FormName()] = Attachment{Filename: part.FileName(), Type: part.Header.Get("Content-Type"), Data: data}
	}
	var m struct {
		Attachments []struct {
			ID          string `json:"id"`
			Filename    string `json:"filename"`
			Description string `json:"description"`
		} `json:"attachments"`
	}
	if err := json.Unmarshal(payload, &m); err != nil {
		s.complain("form: %v", err)
	}
	var list []Attachment
	for n, a := range m.Attachments {
		f, ok := files[fmt.Sprintf("files[%s]", a.ID)]
		if !ok || a.ID != fmt.Sprint(n) || f.Filename != a.Filename || units(a.Description) > 1024 {
			s.complain("form: attachment %+v of %d files", a, len(files))
		}
		f.Description = a.Description
		list = append(list, f)
	}
	if len(list) != len(files) || len(list) > 10 {
		s.complain("form: %d files, %d attachments", len(files), len(list))
	}
	return r.WithContext(context.WithValue(r.Context(), filesKey{}, list)), payload
}
