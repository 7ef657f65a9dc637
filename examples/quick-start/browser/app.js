// Sign-in with OneCert in a page without a server: a public app has no secret, PKCE takes its place.
import * as oidc from 'openid-client';

const { issuer, client_id } = await (await fetch('client.json')).json();
const home = new URL('./', location.href).href;
const execute = [oidc.enableNonRepudiationChecks];
// For an issuer on this machine only.
if (new URL(issuer).hostname === 'localhost') execute.push(oidc.allowInsecureRequests);
const metadata = { id_token_signed_response_alg: 'ES256' };
const config = await oidc.discovery(new URL(issuer), client_id, metadata, oidc.None(), { execute });

const show = (text, label, act) => {
  document.getElementById('who').textContent = text;
  const button = document.getElementById('act');
  Object.assign(button, { textContent: label, onclick: act, hidden: false });
};

const signIn = async () => {
  const checks = {
    pkceCodeVerifier: oidc.randomPKCECodeVerifier(),
    expectedState: oidc.randomState(),
    expectedNonce: oidc.randomNonce(),
  };
  sessionStorage.setItem('checks', JSON.stringify(checks));
  location.href = oidc.buildAuthorizationUrl(config, {
    redirect_uri: home,
    scope: 'openid profile',
    state: checks.expectedState,
    nonce: checks.expectedNonce,
    code_challenge: await oidc.calculatePKCECodeChallenge(checks.pkceCodeVerifier),
    code_challenge_method: 'S256',
  });
};

const finish = async (here) => {
  const checks = JSON.parse(sessionStorage.getItem('checks'));
  sessionStorage.removeItem('checks');
  history.replaceState(null, '', home); // the code must not stay in the address
  // Checks state, nonce, issuer, audience, times and signature; throws when one of them does not hold.
  const tokens = await oidc.authorizationCodeGrant(config, here, checks);
  const { name } = await oidc.fetchUserInfo(config, tokens.access_token, tokens.claims().sub);
  // Tokens stay in memory: what a script can read, a stolen script can read as well.
  const signOut = { id_token_hint: tokens.id_token, post_logout_redirect_uri: home };
  show(`Signed in as ${name}`, 'Sign out', () => {
    location.href = oidc.buildEndSessionUrl(config, signOut);
  });
};

const here = new URL(location.href);
const back = sessionStorage.getItem('checks') && here.searchParams.has('state');
try {
  if (back) await finish(here);
  else show('', 'Sign in with OneCert', signIn);
} catch (error) {
  show(`The sign-in did not work: ${error.error ?? error.code ?? error.message}`, 'Try again', signIn);
}
