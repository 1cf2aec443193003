// Calls the host-telemetry example with the client that buf generated from its emitted .proto,
// over every protocol connect-go speaks. Prints a line per check; the last one counts them.
package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"time"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/types/known/emptypb"

	telemetryv1 "sluice.test/interop/gen/hosttelemetry/v1"
	"sluice.test/interop/gen/hosttelemetry/v1/hosttelemetryv1connect"
	errorsv1 "sluice.test/interop/gen/sluice/errors/v1"
)

var passed, failed int

func check(name string, err error) {
	if err != nil {
		failed++
		fmt.Printf("FAIL go %s: %v\n", name, err)
		return
	}
	passed++
	fmt.Printf("ok go %s\n", name)
}

func main() {
	url := os.Args[1]
	http1 := &http.Client{}
	protocols := new(http.Protocols)
	protocols.SetUnencryptedHTTP2(true)
	http2 := &http.Client{Transport: &http.Transport{Protocols: protocols}}

	for _, c := range []struct {
		name    string
		client  *http.Client
		options []connect.ClientOption
	}{
		{"connect h1 binary", http1, nil},
		{"connect h1 json", http1, []connect.ClientOption{connect.WithProtoJSON()}},
		{"connect h1 GET", http1, []connect.ClientOption{connect.WithHTTPGet()}},
		{"connect h1 gzip", http1, []connect.ClientOption{connect.WithSendGzip()}},
		{"connect h2 binary", http2, nil},
		{"grpc h2 binary", http2, []connect.ClientOption{connect.WithGRPC()}},
		{"grpc h2 json", http2, []connect.ClientOption{connect.WithGRPC(), connect.WithProtoJSON()}},
		{"grpc-web h1 binary", http1, []connect.ClientOption{connect.WithGRPCWeb()}},
		{"grpc-web h2 binary", http2, []connect.ClientOption{connect.WithGRPCWeb()}},
	} {
		client := hosttelemetryv1connect.NewTelemetryServiceClient(c.client, url, c.options...)
		check(c.name+": unary", unary(client))
		check(c.name+": server stream", serverStream(client))
		check(c.name+": error with detail", errorWithDetail(client))
	}
	fmt.Printf("%d passed, %d failed\n", passed, failed)
	if failed > 0 {
		os.Exit(1)
	}
}

func withDeadline() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), 10*time.Second)
}

func unary(client hosttelemetryv1connect.TelemetryServiceClient) error {
	ctx, cancel := withDeadline()
	defer cancel()
	response, err := client.Describe(ctx, connect.NewRequest(&emptypb.Empty{}))
	if err != nil {
		return err
	}
	hostname, _ := os.Hostname()
	if response.Msg.GetHostname() != hostname {
		return fmt.Errorf("hostname %q, expected %q", response.Msg.GetHostname(), hostname)
	}
	if response.Msg.GetMemoryTotalBytes() < 1<<20 {
		return fmt.Errorf("memory %d", response.Msg.GetMemoryTotalBytes())
	}
	return nil
}

func serverStream(client hosttelemetryv1connect.TelemetryServiceClient) error {
	ctx, cancel := withDeadline()
	defer cancel()
	stream, err := client.Samples(ctx, connect.NewRequest(&emptypb.Empty{}))
	if err != nil {
		return err
	}
	var last time.Time
	for count := 0; count < 3; count++ {
		if !stream.Receive() {
			return fmt.Errorf("ended after %d messages: %w", count, stream.Err())
		}
		at := stream.Msg().GetAt().AsTime()
		if at.Before(last) || time.Since(at) > time.Minute {
			return fmt.Errorf("message %d is of %v after %v", count, at, last)
		}
		last = at
	}
	cancel()
	for stream.Receive() {
	}
	if code := connect.CodeOf(stream.Err()); code != connect.CodeCanceled {
		return fmt.Errorf("after cancelling: %v", stream.Err())
	}
	return nil
}

func errorWithDetail(client hosttelemetryv1connect.TelemetryServiceClient) error {
	ctx, cancel := withDeadline()
	defer cancel()
	request := &telemetryv1.SetIntervalRequest{IntervalMs: 1}
	_, err := client.SetInterval(ctx, connect.NewRequest(request))
	var wire *connect.Error
	if !errors.As(err, &wire) || wire.Code() != connect.CodeInvalidArgument {
		return fmt.Errorf("expected invalid_argument, got %v", err)
	}
	for _, detail := range wire.Details() {
		value, err := detail.Value()
		if err != nil {
			return err
		}
		if info, ok := value.(*errorsv1.ErrorDetail); ok {
			for _, violation := range info.GetViolations() {
				if violation.GetField() == "intervalMs" {
					return nil
				}
			}
			return fmt.Errorf("detail without the field: %v", info)
		}
	}
	return fmt.Errorf("no detail in %v", wire)
}
