import type { Case } from "./case.js";

/** A well-formed request that any configuration answers in one way or another. */
export function followUpOf({ id, configuration, http, authority }: Case): Case {
  const body = '{"text":"next"}';
  return {
    id: `${id}.next`,
    configuration,
    http,
    method: "POST",
    target: "/diff.v1.SubjectService/Echo",
    authority: authority === undefined || authority === "" ? "sluice.test" : authority,
    headers: [
      ["x-case", `${id}.next`],
      ["content-type", "application/json"],
      ["content-length", String(body.length)],
    ],
    body: [body],
    about: ["follow-up"],
  };
}
