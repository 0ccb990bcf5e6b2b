"""`flask wechat-sandbox`: a stand-in for WeChat's servers, to try sign-in, messages and checks with by hand."""

import click
from flask import current_app

from server.infra.settings import Settings


@click.command("wechat-sandbox")
@click.option("--port", default=8099, show_default=True, help="在本机哪个端口。")
def wechat_sandbox(port: int) -> None:
    """启动仿真微信，只在本机。它按微信文档应答，可以指定出什么故障。"""
    from server.infra.wechat.sandbox import State, listen  # noqa: PLC0415 - no house in use loads the stand-in

    settings: Settings = current_app.config["SETTINGS"]
    if settings.is_production:
        raise click.ClickException("正式环境不启动仿真微信。")
    state = State(
        callback_url=f"{settings.public_url}/api/v1/wechat/events" if settings.wechat.token else "",
        token=settings.wechat.token,
        aes_key=settings.wechat.aes_key,
    )
    server = listen(state, port)
    click.echo(f"仿真微信在 http://127.0.0.1:{server.port}，按 Ctrl-C 停止。")
    server.serve_forever()
