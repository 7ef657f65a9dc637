// Signing in with OneCert: authorization code with PKCE, by a library, and in which capacity the person acts.
import * as client from 'openid-client';
import { escapeHtml } from './page.js';

/** `scope` is what the app asks for; `home` is where it goes on after a sign-in. */
export const createSignIn = ({ issuer, clientId, clientSecret, appUrl, scope, home, sessions }) => {
  // Looked up at the first sign-in, so that the app may start before the provider.
  let provider;
  const discover = () => {
    const execute = issuer.startsWith('http:') ? [client.allowInsecureRequests] : [];
    const metadata = { id_token_signed_response_alg: 'ES256' };
    const secret = client.ClientSecretBasic(clientSecret);
    provider ??= client.discovery(new URL(issuer), clientId, metadata, secret, { execute });
    provider.catch(() => {
      provider = undefined;
    });
    return provider;
  };

  return {
    /** `?switch=yes`: ask again in which capacity she acts. */
    async login(req, res) {
      const config = await discover();
      const pkceCodeVerifier = client.randomPKCECodeVerifier();
      const [expectedState, expectedNonce] = [client.randomState(), client.randomNonce()];
      sessions.begin(req, res, { checks: { pkceCodeVerifier, expectedState, expectedNonce } });
      const url = client.buildAuthorizationUrl(config, {
        redirect_uri: `${appUrl}/callback`,
        scope,
        state: expectedState,
        nonce: expectedNonce,
        code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
        code_challenge_method: 'S256',
        ...(req.query.switch === 'yes' && { prompt: 'select_account' }),
      });
      res.redirect(url.href);
    },
    async callback(req, res) {
      const session = sessions.end(req, res);
      if (!session?.checks) return res.redirect('/');
      // Checks state, nonce, issuer, audience, times and signature; throws when one of them does not hold.
      const here = new URL(req.originalUrl, appUrl);
      const config = await discover();
      const tokens = await client.authorizationCodeGrant(config, here, session.checks);
      const { sub } = tokens.claims();
      const claims = await client.fetchUserInfo(config, tokens.access_token, sub);
      sessions.begin(req, res, {
        accessToken: tokens.access_token,
        idToken: tokens.id_token,
        sub,
        acting: { entity: claims.entity, role: claims.role, unit: claims.unit, roles: claims.roles },
      });
      res.redirect(home);
    },
    async logout(req, res) {
      const session = sessions.end(req, res);
      if (!session?.idToken) return res.redirect(303, '/');
      const parameters = { id_token_hint: session.idToken, post_logout_redirect_uri: `${appUrl}/` };
      res.redirect(303, client.buildEndSessionUrl(await discover(), parameters).href);
    },
  };
};

const enterpriseRoles = {
  legal_rep: ['法定代表人', 'legal representative'],
  manager: ['管理员', 'manager'],
  delegate: ['受托人', 'delegate'],
};

/** Who she is to this app right now: herself, for an enterprise, or in an office; and the way to another. */
export const capacityLine = ({ entity, role, unit } = {}) => {
  const [zh, en] = entity ? enterpriseRoles[role] : unit ? ['公职身份', 'office'] : ['本人', 'yourself'];
  const whom = escapeHtml([entity?.name ?? unit?.name, zh].filter(Boolean).join(' '));
  return `<p class="acting">办事身份 <span lang="en">Acting as</span> <strong>${whom}</strong> <span lang="en">${en}</span>
<a class="link" href="/login?switch=yes">切换身份 <span lang="en">&nbsp;Switch identity</span></a></p>`;
};
