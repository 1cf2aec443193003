import { enumType, field, map, message, repeated } from "sluice";
import { OrderStatus } from "../order.js";

@message()
export class EchoRequest {
  @field(1, "string") text!: string;
  @field(2, "int32") sequence!: number;
}

@message()
export class EchoResponse {
  @field(1, "string") text!: string;
  @field(2, "int32") sequence!: number;
}

@message()
class Customer {
  @field(1, "string") name!: string;
  @field(2, "string") email!: string;
  @field(3, "int64") number!: bigint;
  @field(4, "bool") active!: boolean;
}

@message()
class Address {
  @field(1, "string") street!: string;
  @field(2, "string") city!: string;
  @field(3, "string") zip!: string;
  @field(4, "double") latitude!: number;
}

@message()
class OrderLine {
  @field(1, "string") sku!: string;
  @field(2, "int32") quantity!: number;
  @field(3, "double") price!: number;
}

@message()
export class Order {
  @field(1, "string") id!: string;
  @field(2, "int32") revision!: number;
  @field(3, "int64") placedAt!: bigint;
  @field(4, "double") total!: number;
  @field(5, "bool") paid!: boolean;
  @field(6, "bytes") signature!: Uint8Array;
  @field(7, enumType("OrderStatus", OrderStatus)) status!: OrderStatus;
  @field(8, repeated("string")) tags!: string[];
  @field(9, map("string", "int32")) stock!: Record<string, number>;
  @field(10, Customer) customer?: Customer;
  @field(11, Address) shipTo?: Address;
  @field(12, repeated(OrderLine)) lines!: OrderLine[];
}
