/** The cluster that its client's load is put on. Its URL is the directory of its socket. */
import { serve } from "../../lib/server.js";
import { Cluster } from "../postgres/cluster.js";

let cluster: Cluster;

await serve(
  async () => {
    cluster = await Cluster.start();
    return cluster.directory;
  },
  () => cluster.usage(),
);
