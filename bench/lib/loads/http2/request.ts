/** Requests as bytes that only lack the number of their stream. */
import { flag, frame, frameType, headBytes, maxPayload } from "./frames.js";
import type { RequestHeader } from "./request-header.js";

export interface Request {
  /** For the first request on a connection, and for those after it. */
  readonly first: Frames;
  readonly later: Frames;
  readonly bodyBytes: number;
}

/** A HEADERS frame, and a DATA frame that ends the stream. */
interface Frames {
  readonly bytes: Buffer;
  readonly dataAt: number;
}

export function prepareRequest(header: RequestHeader, body: Uint8Array): Request {
  if (Math.max(header.first.length, body.length) > maxPayload) {
    throw new Error("the request does not fit into two frames");
  }
  return {
    first: frames(header.first, body),
    later: frames(header.later, body),
    bodyBytes: body.length,
  };
}

function frames(header: Buffer, body: Uint8Array): Frames {
  return {
    bytes: Buffer.concat([
      frame(frameType.headers, flag.endHeaders, 0, header),
      frame(frameType.data, flag.endStream, 0, body),
    ]),
    dataAt: headBytes + header.length,
  };
}

/** Writes the frames to `target`, and returns where they end. */
export function writeFrames(frames: Frames, stream: number, target: Buffer, at: number): number {
  target.set(frames.bytes, at);
  target.writeUInt32BE(stream, at + streamAt);
  target.writeUInt32BE(stream, at + frames.dataAt + streamAt);
  return at + frames.bytes.length;
}

/** Where in a frame's head the number of its stream is. */
const streamAt = 5;
