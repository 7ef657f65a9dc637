import { errors } from 'oidc-provider';
import { errorEntry, ServiceError } from '../../errors.ts';

/** Our refusals in the words of OpenID4VCI 1.0 §8.3.1.2. */
export const asProtocolError = (error: unknown): unknown => {
  if (!(error instanceof ServiceError)) return error;
  switch (error.code) {
    case 'unknown_certificate_type':
      return new errors.UnknownCredentialConfiguration('the credential configuration is unknown');
    case 'not_found':
      return new errors.UnknownCredentialIdentifier('the credential identifier is unknown');
    case 'not_in_register':
    case 'register_entry_faulty':
    case 'not_in_this_format':
    case 'certificate_state':
    case 'forbidden':
      return new errors.CredentialRequestDenied(error.detail ?? error.code);
    case 'invalid_request':
      return new errors.InvalidCredentialRequest(error.detail ?? 'the credential request is not acceptable');
    default:
      return errorEntry(error.code).status === 503 ? notNow(error) : error;
  }
};

/** A register or store that does not answer, or a key away: the wallet keeps its token and asks again. */
const notNow = (cause: ServiceError): Error =>
  Object.assign(new errors.CustomOIDCProviderError('temporarily_unavailable', 'try again in a moment'), {
    status: 503,
    statusCode: 503,
    expose: true,
    cause,
  });
