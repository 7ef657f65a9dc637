/** Whether a request that wants a recent sign-in can be answered by a scan, and how old the phone's may then be. */
import type { Step } from './interaction.ts';

/** Less than this nobody needs to sign in on a phone, find the code again and scan it. */
const leastSeconds = 300;

const wantsLogin = ({ details }: Step): boolean =>
  String(details.params.prompt ?? '')
    .split(' ')
    .includes('login');

/** OIDC Core §3.1.2.1: max_age, and prompt=login, which asks for a sign-in now. Undefined: any that still lives. */
export const scanMaxAge = (step: Step): number | undefined => {
  const asked = step.details.params.max_age;
  const ages = [...(asked === undefined ? [] : [Number(asked)]), ...(wantsLogin(step) ? [leastSeconds] : [])];
  return ages.length === 0 ? undefined : Math.min(...ages);
};

export const mayScan = (step: Step): boolean =>
  step.name === 'login' && (scanMaxAge(step) ?? leastSeconds) >= leastSeconds;
