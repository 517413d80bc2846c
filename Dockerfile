# Both commands of the README in one image: Debian 13, Node, and the software driver of its backports.
#   docker build -t ms-darts . && docker run --rm -v "$PWD/runs:/ms-darts/runs" ms-darts search
FROM debian:trixie-slim
RUN sed -i 's/^Suites: trixie trixie-updates$/& trixie-backports/' /etc/apt/sources.list.d/debian.sources \
  && apt-get update \
  && apt-get install --yes --no-install-recommends nodejs npm git chromium \
  && apt-get install --yes --no-install-recommends -t trixie-backports mesa-vulkan-drivers libvulkan1 \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /ms-darts
COPY . .
ENTRYPOINT ["npx", "-y", "deno", "task"]
CMD ["search"]
