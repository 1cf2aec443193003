/**
 * The program under test. The suite starts one process per server configuration, writes one request to its stdin,
 * closes stdin at once (so its end means nothing), and ends the process with SIGTERM. stdout belongs to the suite:
 * nothing else may be printed there.
 */

import { once } from "node:events";
import type { Readable } from "node:stream";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  ServerCompatRequestSchema,
  ServerCompatResponseSchema,
} from "../../.cache/conformance/gen/connectrpc/conformance/v1/server_compat_pb.js";
import { startServerUnderTest } from "./start-server.js";

// The suite gives a terminating server five seconds; nothing here is worth waiting for.
process.on("SIGTERM", () => process.exit(0));
exitWhenOrphaned();

const request = fromBinary(ServerCompatRequestSchema, await readSizeDelimited(process.stdin));
const { host, port } = await startServerUnderTest(request);
writeSizeDelimited(
  toBinary(
    ServerCompatResponseSchema,
    create(ServerCompatResponseSchema, { host, port, pemCert: request.serverCreds?.cert }),
  ),
);

/** Reads one message: its size as a big-endian 32-bit number, then that many bytes. */
async function readSizeDelimited(input: Readable): Promise<Uint8Array> {
  const size = (await readExactly(input, 4)).readUInt32BE();
  return readExactly(input, size);
}

async function readExactly(input: Readable, size: number): Promise<Buffer> {
  // read(0) answers null for good, and a request may well be empty.
  if (size === 0) return Buffer.alloc(0);
  for (;;) {
    const bytes: Buffer | null = input.read(size);
    if (bytes?.length === size) return bytes;
    if (bytes || input.readableEnded) throw new Error("stdin ended inside a message");
    await Promise.race([once(input, "readable"), once(input, "end")]);
  }
}

function writeSizeDelimited(message: Uint8Array): void {
  const size = Buffer.alloc(4);
  size.writeUInt32BE(message.length);
  process.stdout.write(Buffer.concat([size, message]));
}

/** A suite that is killed hard sends no SIGTERM: without this its servers would stay for ever. */
function exitWhenOrphaned(): void {
  const parent = process.ppid;
  setInterval(() => process.ppid === parent || process.exit(1), 1000).unref();
}
