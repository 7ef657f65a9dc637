import { readFileSync } from 'node:fs';
import type { Config } from '../config.ts';
import { createOutgoing, type Outgoing } from '../outgoing/index.ts';

/** The guarded fetch as this instance's operator set it up; apps see from the issuer's name who asks. */
export const openOutgoing = ({ outgoing, baseUrl }: Config): Outgoing => {
  const { hosts, insecureHosts, caFile } = outgoing;
  return createOutgoing({
    hosts,
    insecureHosts,
    ...(caFile ? { ca: readFileSync(caFile, 'utf8') } : {}),
    userAgent: `OneCert (+${baseUrl})`,
  });
};
