// The seed's backend, written from its description: Express, aws-sdk v2, one URL of 60 s for the key that the
// client names. It has no authentication; with JWT_SECRET set it checks a bearer token as ours does.
const AWS = require('aws-sdk')
const cors = require('cors')
const express = require('express')
const jwt = require('jsonwebtoken')

const { PORT, S3_ENDPOINT, S3_BUCKET, S3_ACCESS_KEY, S3_SECRET_KEY, JWT_SECRET } = process.env

const s3 = new AWS.S3({
  endpoint: S3_ENDPOINT,
  accessKeyId: S3_ACCESS_KEY,
  secretAccessKey: S3_SECRET_KEY,
  s3ForcePathStyle: true,
  signatureVersion: 'v4',
  region: 'us-east-1',
})

const app = express()
app.use(cors())
app.use(express.json())

if (JWT_SECRET) {
  app.use((req, res, next) => {
    try {
      req.user = jwt.verify((req.headers.authorization || '').replace(/^Bearer /, ''), JWT_SECRET, {
        algorithms: ['HS256'],
      })
    } catch {
      return res.status(401).json({ error: 'Unauthorized' })
    }
    return next()
  })
}

app.get('/s3/upload-url', (req, res) => {
  const { key } = req.query
  if (!key) return res.status(400).json({ error: 'Missing key' })
  return res.json({ url: s3.getSignedUrl('putObject', { Bucket: S3_BUCKET, Key: key, Expires: 60 }) })
})

app.listen(Number(PORT), '127.0.0.1')
