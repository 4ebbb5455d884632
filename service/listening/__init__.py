"""What people listened to and watched: their history, where they stopped, and what they may want to hear next."""
