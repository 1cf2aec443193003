/** The beginning of an HTTP/1.1 exchange: a request as bytes, and the head of its response. */
import type { Subscribe } from "./transport.js";

export function requestBytes(target: URL, { method, path, headers, body }: Subscribe): Buffer {
  const head = [
    `${method} ${path} HTTP/1.1`,
    `host: ${target.host}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    ...(body ? [`content-length: ${body.length}`] : []),
    "\r\n",
  ].join("\r\n");
  return Buffer.concat([Buffer.from(head, "latin1"), body ?? Buffer.alloc(0)]);
}

/** Collects a response's head, which may come in pieces. */
export class HeadReader {
  private text: string | undefined = "";

  constructor(private readonly accepts: (head: string) => boolean) {}

  /** Returns where the body begins, or `end` while the head is not complete. */
  take(bytes: Buffer, end: number): number {
    if (this.text === undefined) return 0;
    const held = this.text.length;
    this.text += bytes.toString("latin1", 0, end);
    const headEnd = this.text.indexOf("\r\n\r\n");
    if (headEnd < 0) return end;
    const head = this.text.slice(0, headEnd);
    if (!this.accepts(head)) throw new Error(`wrong response: ${JSON.stringify(head)}`);
    this.text = undefined;
    return headEnd + 4 - held;
  }
}
