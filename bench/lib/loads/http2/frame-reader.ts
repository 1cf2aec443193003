/** Cuts what a connection receives into frames. */
import { headBytes, maxPayload } from "./frames.js";

/** Gets one frame; its payload is `data` from `start` to `end`, valid only during the call. */
export type OnFrame = (
  type: number,
  flags: number,
  stream: number,
  data: Buffer,
  start: number,
  end: number,
) => void;

export class FrameReader {
  /** The beginning of a frame whose rest has not arrived. */
  private held: Buffer | undefined;

  constructor(private readonly onFrame: OnFrame) {}

  read(bytes: Buffer): void {
    const data = this.held ? Buffer.concat([this.held, bytes]) : bytes;
    let at = 0;
    while (data.length - at >= headBytes) {
      const length = data.readUInt32BE(at) >>> 8;
      if (length > maxPayload) throw new Error(`frame of ${length} bytes`);
      const start = at + headBytes;
      const end = start + length;
      if (end > data.length) break;
      const stream = data.readUInt32BE(at + 5) & 0x7fffffff;
      this.onFrame(data.readUInt8(at + 3), data.readUInt8(at + 4), stream, data, start, end);
      at = end;
    }
    // Copied, because the next read overwrites it.
    this.held = at < data.length ? Buffer.from(data.subarray(at)) : undefined;
  }
}
