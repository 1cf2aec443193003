import type { Order, OrderLine } from "../order.js";

/** An order as protobuf's JSON has it: 64-bit integers, bytes and enums are strings. */
type OrderJson = Omit<Order, "placedAt" | "customer"> & {
  placedAt: string;
  customer: { number: string };
};

/** What `revise` does, on text. */
export function reviseJson(body: string): string {
  const order = JSON.parse(body) as OrderJson;
  return JSON.stringify({
    ...order,
    revision: order.revision + 1,
    placedAt: String(BigInt(order.placedAt) + 1n),
    paid: !order.paid,
    customer: { ...order.customer, number: String(BigInt(order.customer.number) + 1n) },
    lines: order.lines.map((line: OrderLine) => ({ ...line, quantity: line.quantity + 1 })),
  });
}
