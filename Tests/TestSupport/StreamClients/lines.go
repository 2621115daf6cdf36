// The lines of Go's net/http, read with bufio.
package main

import (
	"bufio"
	"encoding/json"
	"net/http"
	"os"
	"strings"
)

type event struct {
	Name string  `json:"name"`
	Data string  `json:"data"`
	ID   *string `json:"id"`
}

func main() {
	response, err := http.Get(os.Args[1])
	if err != nil {
		panic(err)
	}
	lines := bufio.NewScanner(response.Body)
	lines.Buffer(nil, 1<<24)
	output := json.NewEncoder(os.Stdout)
	next, data := event{Name: "message"}, []string(nil)
	for lines.Scan() {
		field, value, _ := strings.Cut(lines.Text(), ":")
		value = strings.TrimPrefix(value, " ")
		switch field {
		case "data":
			data = append(data, value)
		case "event":
			next.Name = value
		case "id":
			next.ID = &value
		}
		if lines.Text() != "" {
			continue
		}
		if data != nil {
			next.Data = strings.Join(data, "\n")
			output.Encode(next)
		}
		next, data = event{Name: "message"}, nil
	}
}
