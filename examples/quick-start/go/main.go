// Sign-in with OneCert: authorization code with PKCE, checked by go-oidc.
package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"html/template"
	"log"
	"net/http"
	"net/url"
	"os"
	"sync"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// A session before the sign-in holds what the answer is compared with, after it who the person is.
type session struct{ State, Nonce, Verifier, Name, IDToken string }

// In memory here; a real app keeps its sessions in a store.
var sessions sync.Map

func find(r *http.Request) session {
	if cookie, err := r.Cookie("app_session"); err == nil {
		if found, ok := sessions.LoadAndDelete(cookie.Value); ok {
			return found.(session)
		}
	}
	return session{}
}

// Always under a new id, so that nobody can have known it before.
func begin(w http.ResponseWriter, s session) {
	id := rand.Text()
	sessions.Store(id, s)
	http.SetCookie(w, &http.Cookie{Name: "app_session", Value: id, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode})
}

var page = template.Must(template.New("").Parse(`{{if .Name}}<p>Signed in as <b>{{.Name}}</b></p>
<form method="post" action="/logout"><button>Sign out</button></form>
{{else}}<p><a href="/login">Sign in with OneCert</a></p>{{end}}`))

func main() {
	issuer, port := os.Getenv("ISSUER"), os.Getenv("PORT")
	home := "http://localhost:" + port + "/"
	var client struct {
		ID     string `json:"client_id"`
		Secret string `json:"client_secret"`
	}
	file, err := os.ReadFile("client.json")
	if err == nil {
		err = json.Unmarshal(file, &client)
	}
	if err != nil {
		log.Fatal(err)
	}
	provider, err := oidc.NewProvider(context.Background(), issuer)
	if err != nil {
		log.Fatal(err)
	}
	var endpoints struct {
		EndSession string `json:"end_session_endpoint"`
	}
	if err := provider.Claims(&endpoints); err != nil {
		log.Fatal(err)
	}
	config := oauth2.Config{
		ClientID: client.ID, ClientSecret: client.Secret, Endpoint: provider.Endpoint(),
		RedirectURL: home + "callback", Scopes: []string{oidc.ScopeOpenID, "profile"},
	}

	finish := func(r *http.Request, s session) (session, error) {
		query := r.URL.Query()
		// RFC 9207: the answer comes from whom we asked. RFC 6749 §10.12: it is the answer to this browser's request.
		if query.Get("iss") != issuer || s.State == "" || query.Get("state") != s.State {
			return session{}, errors.New("not the answer to our request")
		}
		if code := query.Get("error"); code != "" {
			return session{}, errors.New(code)
		}
		token, err := config.Exchange(r.Context(), query.Get("code"), oauth2.VerifierOption(s.Verifier))
		if err != nil {
			return session{}, err
		}
		raw, _ := token.Extra("id_token").(string)
		// Signature, issuer, audience, times.
		idToken, err := provider.Verifier(&oidc.Config{ClientID: client.ID}).Verify(r.Context(), raw)
		if err != nil {
			return session{}, err
		}
		if idToken.Nonce != s.Nonce {
			return session{}, errors.New("the nonce is not ours")
		}
		info, err := provider.UserInfo(r.Context(), oauth2.StaticTokenSource(token))
		if err != nil {
			return session{}, err
		}
		if info.Subject != idToken.Subject { // OpenID Connect Core 1.0 §5.3.2
			return session{}, errors.New("userinfo is about somebody else")
		}
		var person struct{ Name string }
		err = info.Claims(&person)
		return session{Name: person.Name, IDToken: raw}, err
	}

	http.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		s := find(r)
		if s.Name != "" {
			begin(w, s)
		}
		page.Execute(w, s)
	})
	http.HandleFunc("GET /login", func(w http.ResponseWriter, r *http.Request) {
		s := session{State: rand.Text(), Nonce: rand.Text(), Verifier: oauth2.GenerateVerifier()}
		begin(w, s)
		to := config.AuthCodeURL(s.State, oidc.Nonce(s.Nonce), oauth2.S256ChallengeOption(s.Verifier))
		http.Redirect(w, r, to, http.StatusFound)
	})
	http.HandleFunc("GET /callback", func(w http.ResponseWriter, r *http.Request) {
		signedIn, err := finish(r, find(r))
		if err != nil {
			log.Print(err)
			http.Error(w, "The sign-in did not work.", http.StatusBadRequest)
			return
		}
		begin(w, signedIn)
		http.Redirect(w, r, "/", http.StatusFound)
	})
	http.HandleFunc("POST /logout", func(w http.ResponseWriter, r *http.Request) {
		to := "/"
		if s := find(r); s.IDToken != "" {
			to = endpoints.EndSession + "?" + url.Values{"id_token_hint": {s.IDToken}, "post_logout_redirect_uri": {home}}.Encode()
		}
		http.Redirect(w, r, to, http.StatusSeeOther)
	})

	log.Print("open ", home)
	log.Fatal(http.ListenAndServe("localhost:"+port, nil))
}
