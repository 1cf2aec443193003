import { action, field, map, message, repeated, service, stream } from "../../src/index.js";

/** Something of every kind a message can hold, and itself. */
@message()
export class Thing {
  @field(1, "string") text!: string;
  @field(2, "int32") count!: number;
  @field(3, "int64") big!: bigint;
  @field(4, "double") ratio!: number;
  @field(5, "bytes") blob!: Uint8Array;
  @field(6, repeated("string")) list!: string[];
  @field(7, map("string", "string")) tags!: Record<string, string>;
  @field(8, () => Thing) inner?: Thing;
  @field(9, Date) at?: Date;
  @field(
    10,
    map("string", () => Thing),
  )
  things!: Record<string, Thing>;
}

/** All four kinds of RPC, and a topic. */
@service({ name: "ProbeService", package: "probe.v1" })
export class Probe {
  @action({ request: Thing, response: Thing })
  echo(thing: Thing) {
    return thing;
  }

  @action({ request: Thing, response: Thing, idempotent: true })
  peek(thing: Thing) {
    return thing;
  }

  /** Yields as often as `count` says. */
  @action({ request: Thing, response: Thing })
  async *repeat(thing: Thing) {
    for (let n = 0; n < thing.count; n++) yield thing;
  }

  /** Joins the texts. */
  @action({ request: Thing, response: Thing, stream: "request" })
  async collect(things: AsyncIterable<Thing>) {
    const texts: string[] = [];
    for await (const { text } of things) texts.push(text);
    return thing({ text: texts.join(), count: texts.length });
  }

  @action({ request: Thing, response: Thing, stream: "both" })
  async *chat(things: AsyncIterable<Thing>) {
    for await (const thing of things) yield thing;
  }

  /** Publishes a thing with this text. */
  @stream({ request: Thing, payload: Thing })
  async beat(text: string) {
    return thing({ text });
  }
}

/** A thing with these fields, all others unset. */
export function thing(fields: Partial<Thing>): Thing {
  return Object.assign(new Thing(), fields);
}

export const probePath = (rpc: string): string => `/probe.v1.ProbeService/${rpc}`;
