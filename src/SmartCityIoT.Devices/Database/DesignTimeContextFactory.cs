using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace SmartCityIoT.Devices.Database;

/// <summary>
/// Gives <c>dotnet ef</c> a context: <c>dotnet ef migrations add NAME --project src/SmartCityIoT.Devices</c>, then
/// <c>dotnet ef dbcontext optimize --project src/SmartCityIoT.Devices -o Database/CompiledModel -n SmartCityIoT.Devices.Database.CompiledModel</c>.
/// </summary>
internal sealed class DesignTimeContextFactory : IDesignTimeDbContextFactory<DevicesContext>
{
    public DevicesContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<DevicesContext>().UseSqlite("Data Source=:memory:").Options);
}
