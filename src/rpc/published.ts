import type { Message } from "@bufbuild/protobuf";

/** Turns messages into the envelopes that streams consist of. */
export interface EnvelopeCodec {
  envelope(message: Message): Uint8Array;
}

/** A published message, and the envelopes that have been made of it: one for each codec. */
export class Published {
  readonly #envelopes = new Map<EnvelopeCodec, Uint8Array>();

  constructor(readonly message: Message) {}

  /** Made once, whoever asks. */
  envelope(codec: EnvelopeCodec): Uint8Array {
    const known = this.#envelopes.get(codec);
    if (known !== undefined) return known;
    const made = codec.envelope(this.message);
    this.#envelopes.set(codec, made);
    return made;
  }
}
