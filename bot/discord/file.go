package discord

import (
	"bytes"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"net/textproto"
	"strconv"
)

// file is what is attached to a message.
type file struct {
	name string // with its extension
	kind string // media type
	// about describes it to those who cannot see it; at most maxAbout.
	about string
	data  []byte
}

// maxAbout is the longest description of a file.
const maxAbout = 1024

// maxFile is the largest file attached, in bytes; Discord takes 10 MiB anywhere.
const maxFile = 8 << 20

// attachment says in a message's body which file is attached.
type attachment struct {
	ID          string `json:"id"`
	Filename    string `json:"filename"`
	Description string `json:"description,omitempty"`
}

// attach adds files to a message.
func (m *message) attach(files []file) {
	m.files = files
	for n, f := range files {
		m.Attachments = append(m.Attachments, attachment{strconv.Itoa(n), f.name, shorten(f.about, maxAbout)})
	}
}

// encode returns the body of a request and its media type: JSON, or a form with
// the JSON and the files.
func encode(in any, files []file) (body []byte, kind string, err error) {
	data, err := json.Marshal(in)
	if err != nil || len(files) == 0 {
		return data, "application/json", err
	}
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	part := func(disposition, kind string, data []byte) {
		w, e := form.CreatePart(textproto.MIMEHeader{"Content-Disposition": {disposition}, "Content-Type": {kind}})
		if e == nil {
			_, e = w.Write(data)
		}
		if err == nil {
			err = e
		}
	}
	part(`form-data; name="payload_json"`, "application/json", data)
	for n, f := range files {
		part(fmt.Sprintf(`form-data; name="files[%d]"; filename=%q`, n, f.name), f.kind, f.data)
	}
	if e := form.Close(); err == nil {
		err = e
	}
	return b.Bytes(), form.FormDataContentType(), err
}
