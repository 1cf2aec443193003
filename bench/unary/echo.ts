/**
 * A small message. `Echo` answers with the request's text and its sequence plus one, so neither a
 * mirrored request nor a constant is a right answer.
 */
import { binary, enveloped, examples, exchanges } from "./exchanges.js";
import { echoService } from "./schema.js";

export interface Echo {
  text: string;
  sequence: number;
}

export const echoPath = "/bench.v1.EchoService/Echo";
export const guardedEchoPath = "/bench.v1.GuardedEchoService/Echo";
export const trpcEchoPath = "/echo";

/** Messages of about 60 bytes as JSON, each different. */
const echoes = examples<Echo>((index) => {
  const text = `${index}`.padStart(4, "0").concat(" the quick brown fox jumps over");
  const sequence = 1000 + index;
  return { request: { text, sequence }, response: { text, sequence: sequence + 1 } };
});

const json = (message: unknown) => Buffer.from(JSON.stringify(message));
const request = binary(echoService.method.echo.input);
const response = binary(echoService.method.echo.output);

export const jsonExchanges = exchanges(echoes, json);
export const binaryExchanges = exchanges(echoes, request, response);
export const grpcExchanges = exchanges(echoes, enveloped(request), enveloped(response));
export const trpcExchanges = exchanges(echoes, json, (data) => json({ result: { data } }));
