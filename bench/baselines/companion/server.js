// Companion as its README mounts it in Express, with nothing beside it that it does not need: no request log,
// a session that is never saved. Settings come from the environment; with WORKERS above 1 as a cluster of Node's.
import cluster from 'node:cluster'
import * as companion from '@uppy/companion'
import express from 'express'
import session from 'express-session'

const { PORT, S3_ENDPOINT, S3_BUCKET, S3_ACCESS_KEY, S3_SECRET_KEY, SECRET, FOLDER, WORKERS } = process.env

const app = express()
app.use(express.json())
app.use(session({ secret: SECRET, resave: false, saveUninitialized: false }))
const { app: companionApp } = companion.app({
  s3: {
    key: S3_ACCESS_KEY,
    secret: S3_SECRET_KEY,
    bucket: S3_BUCKET,
    endpoint: S3_ENDPOINT,
    region: 'us-east-1',
    forcePathStyle: true,
    expires: 60,
    getKey: ({ filename }) => `uploads/u1/${filename}`,
  },
  server: { host: `127.0.0.1:${PORT}`, protocol: 'http' },
  filePath: FOLDER,
  secret: SECRET,
  uploadUrls: [S3_ENDPOINT],
  corsOrigins: true,
  metrics: false,
})
app.use(companionApp)
if (cluster.isPrimary && Number(WORKERS) > 1) {
  for (let worker = 0; worker < Number(WORKERS); worker += 1) cluster.fork()
} else {
  app.listen(Number(PORT), '127.0.0.1')
}
