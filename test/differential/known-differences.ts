/**
 * What two apps may do differently without anybody being able to object. Everything else is
 * compared; a difference that is found to be intended has to be added here, with its reason.
 */
const byNature: Readonly<Record<string, string>> = {
  date: "the time of the answer",
};

/**
 * And what cannot be seen by this comparison, or not reliably:
 *
 * - The case of header names in HTTP/1.1, and the order of headers: neither has a meaning.
 * - Where the body is cut into chunks, DATA frames and packets, and when they are sent.
 * - The bytes a compressor makes: its content, content-encoding, and whether the content-length is
 *   that of the bytes, are compared.
 * - The order of keys in the JSON of errors and of the end of a Connect stream.
 * - Whether an HTTP/1.1 connection ended with FIN or RST: it depends on what was unread when.
 * - What a client that had left would still have been sent.
 * - Times: how long an answer took, and how much of a deadline is left (in whole seconds it is
 *   compared).
 * - The order in which errors of calls made at the same time are reported.
 * - HTTP/2 settings, window updates, pings and GOAWAY, which belong to the connection.
 */
export function differsByNature(header: string): boolean {
  return Object.hasOwn(byNature, header);
}
