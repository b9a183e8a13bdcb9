import replicate

# Chain models together
laionide = replicate.models.get("afiaka87/laionide-v4")
swinir = replicate.models.get("jingyunliang/swinir")

# Generate image
image = laionide.latest_version.predict(prompt="avocado armchair")

# Upscale image
upscaled_image = swinir.latest_version.predict(image=image)
