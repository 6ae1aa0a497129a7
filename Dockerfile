# SPDX-License-Identifier: GPL-3.0-or-later
# One image for the site and for the worker; docs/operations.md explains it.
FROM python:3.11-slim-bookworm

# What Blender's Python module links to.
RUN apt-get update && apt-get install -y --no-install-recommends \
      libegl1 libgl1 libgomp1 libice6 libsm6 libx11-6 libxext6 libxfixes3 libxi6 libxkbcommon0 libxrender1 libxxf86vm1 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --create-home --uid 10001 atelier && install -d -o atelier /data

WORKDIR /opt/atelier
COPY . .
RUN pip install --no-cache-dir -c constraints.txt -e '.[portal,fit,pattern,render]'

USER atelier
# What fits and drapes clothes is compiled here, so that the first visitor need not wait for it.
RUN python -c "from avatar_engine.fitting.finish import warm; warm()" \
    && python -c "from render_service.portal.api.shapes import warm; warm()"
ENV ATELIER_DATA=/data
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
  CMD ["python", "-c", "import urllib.request as u; u.urlopen(u.Request('http://127.0.0.1:8080/healthz', headers={'Host': __import__('os').environ.get('ATELIER_PUBLIC_URL', 'https://localhost').split('/')[2]}))"]
CMD ["atelier", "serve", "--host", "0.0.0.0"]
