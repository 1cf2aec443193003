/**
 * A nested message: 23 fields of many kinds. `Revise` answers with an order that differs from the
 * request in five places, at every depth.
 */
import { create, toJsonString } from "@bufbuild/protobuf";
import { binary, examples, exchanges } from "./exchanges.js";
import { orderService } from "./schema.js";

export interface Order {
  id: string;
  revision: number;
  placedAt: bigint;
  total: number;
  paid: boolean;
  signature: Uint8Array;
  status: OrderStatus;
  tags: string[];
  stock: Record<string, number>;
  customer?: Customer;
  shipTo?: Address;
  lines: OrderLine[];
}

export const OrderStatus = { Unspecified: 0, Placed: 1, Shipped: 2 } as const;
export type OrderStatus = (typeof OrderStatus)[keyof typeof OrderStatus];

export interface Customer {
  name: string;
  email: string;
  number: bigint;
  active: boolean;
}

export interface Address {
  street: string;
  city: string;
  zip: string;
  latitude: number;
}

export interface OrderLine {
  sku: string;
  quantity: number;
  price: number;
}

export const orderPath = "/bench.v1.OrderService/Revise";

/** The handler of all systems that have the message as an object with these types. */
export function revise(order: Order): Order {
  return {
    id: order.id,
    revision: order.revision + 1,
    placedAt: order.placedAt + 1n,
    total: order.total,
    paid: !order.paid,
    signature: order.signature,
    status: order.status,
    tags: order.tags,
    stock: order.stock,
    customer: order.customer && {
      name: order.customer.name,
      email: order.customer.email,
      number: order.customer.number + 1n,
      active: order.customer.active,
    },
    shipTo: order.shipTo,
    lines: order.lines.map(({ sku, quantity, price }) => ({ sku, quantity: quantity + 1, price })),
  };
}

function order(index: number): Order {
  return {
    id: `order-${index}`.padEnd(12, "x"),
    revision: 1000 + index,
    placedAt: 1_763_700_000_000_000n + BigInt(index),
    total: 99.5 + index,
    paid: index % 2 === 0,
    signature: Buffer.alloc(16, index + 1),
    status: OrderStatus.Shipped,
    tags: ["fragile", `batch-${index}`],
    stock: { berlin: index + 1, lyon: 2 * index + 1, oslo: 7 },
    customer: {
      name: `Customer ${index}`,
      email: `customer-${index}@example.com`,
      number: 9_007_199_254_740_993n + BigInt(index),
      active: true,
    },
    shipTo: { street: "12 High Street", city: "Utrecht", zip: "3511 AB", latitude: 52.09 },
    lines: [
      { sku: `sku-${index}-1`, quantity: 2, price: 12.25 },
      { sku: `sku-${index}-2`, quantity: -1, price: 75 },
    ],
  };
}

const orders = examples<Order>((index) => ({
  request: order(index),
  response: revise(order(index)),
}));

const desc = orderService.method.revise.input;

export const orderBinaryExchanges = exchanges(orders, binary(desc));

/** For the bare server, which omits no field for being false. */
export const orderJsonExchanges = exchanges(orders, (message) =>
  Buffer.from(toJsonString(desc, create(desc, message), { alwaysEmitImplicit: true })),
);
