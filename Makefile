# What can be done here. `make help` prints the lines marked with two hashes.
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help setup setup-dev run fresh test test-journeys test-deep check lint migrations format migrate bench lock miniprogram

# Three processes would each compile the whole house at every start where the environment forbids keeping what was compiled.
unexport PYTHONDONTWRITEBYTECODE

PYTHON3 := $(shell command -v python3 2>/dev/null || command -v python 2>/dev/null)
VENV := .venv/bin/python
SETUP := $(if $(PYTHON3),$(PYTHON3) tools/setup.py,@echo "没有找到 Python。请先安装 3.11 或更新的版本再运行同一条命令：Debian 或 Ubuntu 用 sudo apt install python3 python3-venv，macOS 用 brew install python。" >&2; exit 1;)

help: ## 列出这里能做的事
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## 装好运行所需：Python 环境、网页资源
	@$(SETUP)

setup-dev: ## 再装好测试和检查所需
	@$(SETUP) --dev

run: setup ## 启动（默认 127.0.0.1:8000，可用 HOST、PORT 改），数据保留
	@exec $(VENV) -m tools.serve

fresh: setup ## 清空 instance/ 里的示例数据，从头启动
	@exec $(VENV) -m tools.serve --fresh

test: setup-dev ## 跑日常测试：SQLite，设了 TEST_DATABASE_URL 同时跑 PostgreSQL，其余留给 test-deep（ARGS= 传给 pytest）
	@$(VENV) -m tools.run_tests $(ARGS)

test-journeys: setup-dev ## 只跑浏览器故事（要有 Chromium）
	@$(VENV) -m tools.run_tests --journeys $(ARGS)

test-deep: setup-dev ## 跑深测：接口穷举、全部浏览器故事、PostgreSQL 上其余的测试、故障演练、更多随机例子
	@$(VENV) -m tools.run_tests --deep $(ARGS)

# Reading the code keeps one core busy, walking the migrations leaves one waiting: side by side.
# What `make test` and `make test-deep` have together goes in one: the tests are looked for once.
check: setup-dev ## 提交前的全部检查：lint、迁移、测试与规则覆盖、深测
	@$(MAKE) -so setup-dev lint & read=$$!; $(MAKE) -so setup-dev migrations; walked=$$?; wait $$read && exit $$walked
	@$(VENV) -m tools.run_tests --all --coverage

lint: setup-dev ## 静态检查：格式、ruff、分层约定、类型（连小程序的）
	@$(VENV) -m ruff format --check .
	@$(VENV) -m ruff check .
	@.venv/bin/lint-imports
	@$(VENV) -m mypy
	@$(VENV) -m tools.miniprogram --check

migrations: setup-dev ## 迁移在两种数据库上升级、降级、再升级
	@$(VENV) -m tools.migrations

format: setup-dev ## 整理代码格式
	@$(VENV) -m ruff format .
	@$(VENV) -m ruff check --fix .

migrate: setup-dev ## 按模型写一个新迁移（NAME="add x"）
	@test -n "$(NAME)" || { echo '请给迁移起个名：make migrate NAME="add x"' >&2; exit 1; }
	@APP_ENV=example $(VENV) -m flask --app wsgi db migrate -m "$(NAME)"

bench: setup-dev ## 量速度，写 bench.json（ONLY=名字 只量一项）
	@$(VENV) -m tests.bench $(ONLY)

lock: ## 按 pyproject.toml 重写依赖锁（要有 uv；UPGRADE=1 升到最新）
	@$(PYTHON3) tools/lock.py $(if $(UPGRADE),--upgrade)

miniprogram: setup-dev ## 做出小程序，放在 build/miniprogram（PUBLIC_URL、WECHAT_MINI_APPID 写进去）
	@$(VENV) -m tools.miniprogram
