// An OpenID provider for the tests: node provider.mjs PORT CLIENT_ID CLIENT_SECRET REDIRECT_URI…
// Who signs in chooses a name. Its address is NAME@example.com, which is not verified if the name begins with `unv`.
// POST /rotate makes new signing keys; the old ones are gone.
import { randomUUID } from "node:crypto"
import { createServer } from "node:http"
import { exportJWK, generateKeyPair } from "jose"
import { Provider } from "oidc-provider"

const [port, clientId, clientSecret, ...redirectUris] = process.argv.slice(2)
const issuer = `http://127.0.0.1:${port}`

const findAccount = (_, name) => ({
	accountId: name,
	claims: () => ({ sub: name, name, email: `${name}@example.com`, email_verified: !name.startsWith("unv") }),
})

const newKeys = async () => {
	const { privateKey } = await generateKeyPair("RS256", { extractable: true })
	return { keys: [{ ...(await exportJWK(privateKey)), use: "sig", alg: "RS256", kid: randomUUID() }] }
}

const start = async () => {
	const provider = new Provider(issuer, {
		clients: [{ client_id: clientId, client_secret: clientSecret, redirect_uris: redirectUris }],
		pkce: { required: () => true },
		conformIdTokenClaims: false,
		claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
		findAccount,
		features: { devInteractions: { enabled: true } },
		cookies: { keys: [randomUUID()] },
		jwks: await newKeys(),
	})
	return provider.callback()
}

let answer = await start()
createServer(async (request, response) => {
	if (request.url !== "/rotate") return answer(request, response)
	answer = await start()
	response.end()
}).listen(Number(port), "127.0.0.1", () => console.log("ready"))
