using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace SmartCityIoT.Devices.Migrations
{
    /// <inheritdoc />
    public partial class AddGateways : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "gateway",
                columns: table => new
                {
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    text = table.Column<string>(type: "TEXT", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    retired_at = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_gateway", x => x.name);
                });

            migrationBuilder.CreateTable(
                name: "gateway_credential",
                columns: table => new
                {
                    number = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    gateway = table.Column<string>(type: "TEXT", nullable: false),
                    hash = table.Column<byte[]>(type: "BLOB", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    revoked_at = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_gateway_credential", x => x.number);
                    table.ForeignKey(
                        name: "FK_gateway_credential_gateway_gateway",
                        column: x => x.gateway,
                        principalTable: "gateway",
                        principalColumn: "name",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "gateway_device",
                columns: table => new
                {
                    gateway = table.Column<string>(type: "TEXT", nullable: false),
                    device = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_gateway_device", x => new { x.gateway, x.device });
                    table.ForeignKey(
                        name: "FK_gateway_device_device_device",
                        column: x => x.device,
                        principalTable: "device",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "FK_gateway_device_gateway_gateway",
                        column: x => x.gateway,
                        principalTable: "gateway",
                        principalColumn: "name",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateIndex(
                name: "IX_gateway_credential_gateway",
                table: "gateway_credential",
                column: "gateway");

            migrationBuilder.CreateIndex(
                name: "IX_gateway_device_device",
                table: "gateway_device",
                column: "device");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "gateway_credential");

            migrationBuilder.DropTable(
                name: "gateway_device");

            migrationBuilder.DropTable(
                name: "gateway");
        }
    }
}
