/**
 * Requests that are answered before they were read to their end. A client that then sends the rest,
 * and its next request on the same connection, as HTTP/1.1 has it, must find that one answered too.
 */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { describe, expect, test } from "vitest";
import { probePath } from "./probe.js";
import { WireRig } from "./rig.js";

const limit = 1_000;
/** More than fits into what Node buffers of a request that nobody reads. */
const large = 512 * 1_024;

const refused = {
  "a content type that nobody knows": { path: probePath("Echo"), type: "text/plain", status: 415 },
  "a message over the limit": { path: probePath("Echo"), type: "application/json", status: 429 },
  "an envelope over the limit": {
    path: probePath("Echo"),
    type: "application/grpc-web+proto",
    status: 200,
  },
  "a path that is no RPC": { path: "/nowhere", type: "application/json", status: 404 },
};

describe.each([true, false])("fastPath: %s", (fastPath) => {
  test.each(Object.entries(refused))("%s leaves the connection usable", async (_, request) => {
    await using rig = await WireRig.start({ fastPath, readMaxBytes: limit });
    const connection = new Connection(new URL(rig.server.url));
    connection.write(head(request.path, request.type, "transfer-encoding: chunked"));
    // An envelope that says it is larger than the limit, or a part of a text that is.
    connection.write(chunk(Buffer.alloc(limit + 1, 0x7f)));
    expect(await connection.status()).toBe(request.status);
    for (let sent = 0; sent < large; sent += 16_384) connection.write(chunk(Buffer.alloc(16_384)));
    connection.write("0\r\n\r\n");

    connection.write(`${head(probePath("Echo"), "application/json", "content-length: 2")}{}`);
    expect(await connection.status()).toBe(200);
    connection.close();
  });
});

function head(path: string, type: string, length: string): string {
  return `POST ${path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: ${type}\r\n${length}\r\n\r\n`;
}

function chunk(bytes: Buffer): Buffer {
  const size = Buffer.from(`${bytes.length.toString(16)}\r\n`);
  return Buffer.concat([size, bytes, Buffer.from("\r\n")]);
}

/** One connection on which answers are read by their status lines. */
class Connection {
  readonly #socket: Socket;
  #seen = "";

  constructor({ hostname, port }: URL) {
    this.#socket = connect(Number(port), hostname);
    this.#socket.setEncoding("latin1").on("data", (text: string) => {
      this.#seen += text;
    });
  }

  write(data: string | Buffer): void {
    this.#socket.write(data);
  }

  /** The next status. */
  async status(): Promise<number> {
    for (;;) {
      const found = /HTTP\/1\.1 (\d{3}) /.exec(this.#seen);
      if (found !== null) {
        this.#seen = this.#seen.slice(found.index + found[0].length);
        return Number(found[1]);
      }
      if (this.#socket.closed) throw new Error("the connection was closed");
      await Promise.race([once(this.#socket, "data"), once(this.#socket, "close")]);
    }
  }

  close(): void {
    this.#socket.destroy();
  }
}
