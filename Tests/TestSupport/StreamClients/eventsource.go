// The client of github.com/donovanhide/eventsource.
package main

import (
	"encoding/json"
	"os"

	"github.com/donovanhide/eventsource"
)

func main() {
	stream, err := eventsource.Subscribe(os.Args[1], "")
	if err != nil {
		panic(err)
	}
	output := json.NewEncoder(os.Stdout)
	for {
		select {
		case next := <-stream.Events:
			name := next.Event()
			if name == "" {
				name = "message"
			}
			output.Encode(map[string]string{"name": name, "data": next.Data(), "id": next.Id()})
		case <-stream.Errors:
			// A stream that has ended is not asked for again.
			return
		}
	}
}
