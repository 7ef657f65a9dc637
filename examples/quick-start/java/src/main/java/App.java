// Sign-in with OneCert: authorization code with PKCE, checked by the Nimbus OAuth 2.0 SDK.

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jwt.JWT;
import com.nimbusds.oauth2.sdk.AuthorizationCodeGrant;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.oauth2.sdk.util.JSONObjectUtils;
import com.nimbusds.openid.connect.sdk.*;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import com.nimbusds.openid.connect.sdk.validators.IDTokenValidator;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

public class App {
  /** Before the sign-in it holds what the answer is compared with, after it who the person is. */
  record Session(State state, Nonce nonce, CodeVerifier verifier, String name, JWT idToken) {}

  // In memory here; a real app keeps its sessions in a store.
  static final Map<String, Session> sessions = new ConcurrentHashMap<>();
  static final Issuer issuer = new Issuer(System.getenv("ISSUER"));
  static final URI home = URI.create("http://localhost:" + System.getenv("PORT") + "/");
  static final URI callback = home.resolve("callback");
  static ClientID clientId;
  static ClientSecretBasic secret;
  static OIDCProviderMetadata provider;

  public static void main(String[] args) throws Exception {
    var client = JSONObjectUtils.parse(Files.readString(Path.of("client.json")));
    clientId = new ClientID((String) client.get("client_id"));
    secret = new ClientSecretBasic(clientId, new Secret((String) client.get("client_secret")));
    provider = OIDCProviderMetadata.resolve(issuer);

    var server = HttpServer.create(new InetSocketAddress("localhost", home.getPort()), 0);
    server.createContext("/", App::answer);
    server.start();
    System.out.println("open " + home);
  }

  static void answer(HttpExchange exchange) {
    try (exchange) {
      switch (exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath()) {
        case "GET /" -> showHome(exchange);
        case "GET /login" -> signIn(exchange);
        case "GET /callback" -> finish(exchange);
        case "POST /logout" -> signOut(exchange);
        default -> exchange.sendResponseHeaders(404, -1);
      }
    } catch (Exception error) {
      System.err.println(error);
    }
  }

  static void showHome(HttpExchange exchange) throws Exception {
    var session = find(exchange);
    send(exchange, 200, session == null || session.name == null
        ? "<p><a href=\"/login\">Sign in with OneCert</a></p>"
        : "<p>Signed in as <b>" + escape(session.name) + "</b></p>"
            + "<form method=\"post\" action=\"/logout\"><button>Sign out</button></form>");
  }

  static void signIn(HttpExchange exchange) throws Exception {
    var session = new Session(new State(), new Nonce(), new CodeVerifier(), null, null);
    begin(exchange, session);
    var request = new AuthenticationRequest.Builder(ResponseType.CODE, new Scope("openid", "profile"), clientId, callback)
        .endpointURI(provider.getAuthorizationEndpointURI())
        .state(session.state)
        .nonce(session.nonce)
        .codeChallenge(session.verifier, CodeChallengeMethod.S256)
        .build();
    redirect(exchange, request.toURI());
  }

  static void finish(HttpExchange exchange) throws Exception {
    var session = find(exchange);
    try {
      begin(exchange, signedIn(home.resolve(exchange.getRequestURI()), session));
      redirect(exchange, home);
    } catch (Exception error) {
      System.err.println(error);
      send(exchange, 400, "<p>The sign-in did not work. <a href=\"/login\">Try again</a></p>");
    }
  }

  static Session signedIn(URI answered, Session session) throws Exception {
    var response = AuthenticationResponseParser.parse(answered);
    // RFC 6749 §10.12: the answer to this browser's request. RFC 9207: from whom we asked.
    if (session == null || !response.getState().equals(session.state) || !issuer.equals(response.getIssuer()))
      throw new IllegalStateException("not the answer to our request");
    if (!response.indicatesSuccess())
      throw new IllegalStateException(response.toErrorResponse().getErrorObject().getCode());
    var code = response.toSuccessResponse().getAuthorizationCode();
    var grant = new AuthorizationCodeGrant(code, callback, session.verifier);
    var request = new TokenRequest.Builder(provider.getTokenEndpointURI(), secret, grant).build();
    var answer = OIDCTokenResponseParser.parse(request.toHTTPRequest().send());
    if (!answer.indicatesSuccess())
      throw new IllegalStateException(answer.toErrorResponse().getErrorObject().getCode());
    var tokens = ((OIDCTokenResponse) answer.toSuccessResponse()).getOIDCTokens();
    // Signature, issuer, audience, times, nonce.
    var validator = new IDTokenValidator(issuer, clientId, JWSAlgorithm.ES256, provider.getJWKSetURI().toURL());
    var claims = validator.validate(tokens.getIDToken(), session.nonce);
    var asked = new UserInfoRequest(provider.getUserInfoEndpointURI(), tokens.getBearerAccessToken());
    var told = UserInfoResponse.parse(asked.toHTTPRequest().send());
    if (!told.indicatesSuccess()) throw new IllegalStateException("no userinfo");
    var person = told.toSuccessResponse().getUserInfo();
    if (!person.getSubject().equals(claims.getSubject())) // OpenID Connect Core 1.0 §5.3.2
      throw new IllegalStateException("userinfo is about somebody else");
    return new Session(null, null, null, person.getName(), tokens.getIDToken());
  }

  static void signOut(HttpExchange exchange) throws Exception {
    var session = find(exchange);
    sessions.values().remove(session);
    redirect(exchange, session == null || session.idToken == null
        ? home
        : new LogoutRequest(provider.getEndSessionEndpointURI(), session.idToken, home, null).toURI());
  }

  static Session find(HttpExchange exchange) {
    for (var cookie : String.valueOf(exchange.getRequestHeaders().getFirst("Cookie")).split("; "))
      if (cookie.startsWith("app_session=")) return sessions.get(cookie.substring("app_session=".length()));
    return null;
  }

  /** Always under a new id, so that nobody can have known it before. */
  static void begin(HttpExchange exchange, Session session) {
    var old = find(exchange);
    if (old != null) sessions.values().remove(old);
    var id = new State().getValue();
    sessions.put(id, session);
    exchange.getResponseHeaders().add("Set-Cookie", "app_session=" + id + "; Path=/; HttpOnly; SameSite=Lax");
  }

  static void redirect(HttpExchange exchange, URI to) throws Exception {
    exchange.getResponseHeaders().add("Location", to.toString());
    exchange.sendResponseHeaders(303, -1);
  }

  static void send(HttpExchange exchange, int status, String page) throws Exception {
    var bytes = page.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "text/html; charset=utf-8");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
  }
}
