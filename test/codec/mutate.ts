import type { Draw } from "../support/draw.js";

/** Changes an encoded message in one of the ways that lengths, tags and values can go wrong. */
export function mutate(draw: Draw, bytes: Uint8Array): Uint8Array {
  const { nat, pick } = draw;
  const at = nat(bytes.length);
  const end = at + nat(bytes.length - at);
  const [before, part, after] = [bytes.slice(0, at), bytes.slice(at, end), bytes.slice(end)];
  const interesting = [0, 1, 0x0a, 0x7f, 0x80, 0xff, nat(255)];
  switch (nat(6)) {
    case 0: {
      const changed = bytes.slice();
      if (at < changed.length) changed[at]! ^= 1 << nat(7);
      return changed;
    }
    case 1:
      return before;
    case 2:
      return join(before, after);
    case 3:
      return join(before, part, part, after);
    case 4:
      return join(
        before,
        Uint8Array.from({ length: 1 + nat(11) }, () => pick(interesting)),
        part,
        after,
      );
    case 5:
      return join(before, drawUnknown(draw), part, after);
    default: {
      const changed = bytes.slice();
      if (at < changed.length) changed[at] = pick(interesting);
      return changed;
    }
  }
}

/** A field that no type has, or an overlong encoding of one. */
function drawUnknown({ nat, pick }: Draw): Uint8Array {
  const data = Array.from({ length: nat(3) }, () => nat(127));
  return Uint8Array.from(
    pick([
      [0xf8, 0x3f, 0x05],
      [0xf9, 0x3f, 1, 2, 3, 4, 5, 6, 7, 8],
      [0xfa, 0x3f, data.length, ...data],
      [0xfb, 0x3f, 0x08, 0x01, 0xfc, 0x3f],
      [0xfd, 0x3f, 1, 2, 3, 4],
      [0xf8, 0xbf, 0x00, 0x85, 0x00],
      [0x88, 0x80, 0x80, 0x80, 0x00, 0x01],
      [0x88, 0x80, 0x80, 0x80, 0x80, 0x00, 0x01],
      [0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
      [0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
    ]),
  );
}

export function join(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}
