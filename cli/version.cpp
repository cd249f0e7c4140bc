#include <gstd/version.hpp>
#include <gstd/wasm.hpp>

#include <cstdio>

#include "common.hpp"

namespace gstd::cli {

void add_version(CLI::App& program, int& exit_code) {
  auto* command = program.add_subcommand("version", "Show versions of the library and its engine");
  auto json = std::make_shared<bool>(false);
  add_json_option(*command, *json);
  command->callback([json, &exit_code] {
    std::string engine = "none", self_test = "none";
    if (auto sandbox = wasm::Sandbox::create()) {
      engine = sandbox->engine();
      auto tested = sandbox->self_test();
      self_test = tested ? "passed" : tested.error().message;
    }
    const auto kernel = pow::active_kernel();
    const std::string kernel_name{kernel ? *kernel : std::string_view{"none"}};
    if (*json)
      print_json(boost::json::object{
          {"version", GSTD_VERSION_STRING}, {"engine", engine}, {"self_test", self_test}, {"pow_kernel", kernel_name}});
    else
      std::printf("libgstd %s\nengine: %s\nself-test: %s\nproof of work: %s\n", GSTD_VERSION_STRING, engine.c_str(),
                  self_test.c_str(), kernel_name.c_str());
    exit_code = kOk;
  });
}

}  // namespace gstd::cli
