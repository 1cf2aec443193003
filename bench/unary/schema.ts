/** The services of this bench as generated code would describe them; Sluice's server makes its own. */
import { create, createFileRegistry, type Message } from "@bufbuild/protobuf";
import type { GenMessage, GenService } from "@bufbuild/protobuf/codegenv2";
import {
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
  FieldDescriptorProto_Label as Label,
  FieldDescriptorProto_Type as Type,
} from "@bufbuild/protobuf/wkt";
import type { Echo } from "./echo.js";
import type { Order } from "./order.js";

type EchoService = GenService<{
  echo: {
    methodKind: "unary";
    input: GenMessage<Message<"bench.v1.EchoRequest"> & Echo>;
    output: GenMessage<Message<"bench.v1.EchoResponse"> & Echo>;
  };
}>;

type OrderMessage = GenMessage<Message<"bench.v1.Order"> & Order>;

type OrderService = GenService<{
  revise: { methodKind: "unary"; input: OrderMessage; output: OrderMessage };
}>;

const typeName = (message: string) => `.bench.v1.${message}`;

/** A field that is not repeated: a scalar, or one of the named type. */
function field(number: number, name: string, type: Type, ofType?: string) {
  return { number, name, jsonName: name, type, label: Label.OPTIONAL, typeName: ofType };
}

function repeated(one: ReturnType<typeof field>) {
  return { ...one, label: Label.REPEATED };
}

const echo = [field(1, "text", Type.STRING), field(2, "sequence", Type.INT32)];

const order = [
  field(1, "id", Type.STRING),
  field(2, "revision", Type.INT32),
  field(3, "placedAt", Type.INT64),
  field(4, "total", Type.DOUBLE),
  field(5, "paid", Type.BOOL),
  field(6, "signature", Type.BYTES),
  field(7, "status", Type.ENUM, typeName("OrderStatus")),
  repeated(field(8, "tags", Type.STRING)),
  repeated(field(9, "stock", Type.MESSAGE, typeName("Order.StockEntry"))),
  field(10, "customer", Type.MESSAGE, typeName("Customer")),
  field(11, "shipTo", Type.MESSAGE, typeName("Address")),
  repeated(field(12, "lines", Type.MESSAGE, typeName("OrderLine"))),
];

const stockEntry = {
  name: "StockEntry",
  field: [field(1, "key", Type.STRING), field(2, "value", Type.INT32)],
  options: { mapEntry: true },
};

const customer = [
  field(1, "name", Type.STRING),
  field(2, "email", Type.STRING),
  field(3, "number", Type.INT64),
  field(4, "active", Type.BOOL),
];

const address = [
  field(1, "street", Type.STRING),
  field(2, "city", Type.STRING),
  field(3, "zip", Type.STRING),
  field(4, "latitude", Type.DOUBLE),
];

const orderLine = [
  field(1, "sku", Type.STRING),
  field(2, "quantity", Type.INT32),
  field(3, "price", Type.DOUBLE),
];

const orderStatus = {
  name: "OrderStatus",
  value: ["UNSPECIFIED", "PLACED", "SHIPPED"].map((name, number) => ({
    name: `ORDER_STATUS_${name}`,
    number,
  })),
};

function service(name: string, method: string, request: string, response: string) {
  return {
    name,
    method: [{ name: method, inputType: typeName(request), outputType: typeName(response) }],
  };
}

const file = create(FileDescriptorProtoSchema, {
  name: "bench/v1/bench.proto",
  package: "bench.v1",
  syntax: "proto3",
  enumType: [orderStatus],
  messageType: [
    { name: "EchoRequest", field: echo },
    { name: "EchoResponse", field: echo },
    { name: "Order", field: order, nestedType: [stockEntry] },
    { name: "Customer", field: customer },
    { name: "Address", field: address },
    { name: "OrderLine", field: orderLine },
  ],
  service: [
    service("EchoService", "Echo", "EchoRequest", "EchoResponse"),
    service("GuardedEchoService", "Echo", "EchoRequest", "EchoResponse"),
    service("OrderService", "Revise", "Order", "Order"),
  ],
});

export const fileSet = create(FileDescriptorSetSchema, { file: [file] });

const registry = createFileRegistry(fileSet);

export const echoService = registry.getService("bench.v1.EchoService") as EchoService;

/** The same behind an interceptor. */
export const guardedEchoService = registry.getService("bench.v1.GuardedEchoService") as EchoService;

export const orderService = registry.getService("bench.v1.OrderService") as OrderService;
