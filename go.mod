module rapporteur

go 1.26.8

require (
	github.com/goccy/go-yaml v1.19.2 // indirect
	github.com/kljensen/snowball v0.10.0 // indirect
	github.com/philippgille/chromem-go v0.7.0 // indirect
	golang.org/x/text v0.43.0 // indirect
)
